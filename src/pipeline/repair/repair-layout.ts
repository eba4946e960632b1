import { definedFunctions } from '../../python/definitions.ts';
import { freeNames } from '../../python/imports.ts';
import { type PythonModule, parses, readModule, readValidModule } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { isBody } from '../extract/rank.ts';
import { isSameName } from './name-entry-point.ts';
import { removeRuns } from './remove-runs.ts';
import type { Repaired } from './repair-step.ts';

/** Repairs what surrounds a function: indentation, a missing signature, a cut-off end, code that runs or tests it on load. */
export function repairLayout(code: string, prompt: TaskPrompt): Repaired | null {
  const parsed = parses(code) ? null : makeParse(code, prompt);
  const text = parsed?.code ?? code;
  const cleaned = removeRuns(text, prompt);
  if (parsed === null && cleaned === null) return null;
  return { code: cleaned?.code ?? text, details: [...(parsed?.details ?? []), ...(cleaned?.details ?? [])] };
}

/** The first way of reading the code that makes it parse, or null. */
function makeParse(code: string, prompt: TaskPrompt): Repaired | null {
  return (
    giveSignature(code, prompt) ??
    tryText(dedent(code), 'removed extra indentation') ??
    tryText(withoutTabs(code), 'replaced tabs by spaces') ??
    tryText(dedent(withoutTabs(code)), 'replaced tabs by spaces and removed extra indentation') ??
    tryText(closeDocstring(code), 'closed a docstring that ended in four quotes') ??
    dropBrokenEnd(code, prompt)
  );
}

function tryText(code: string, detail: string): Repaired | null {
  return parses(code) ? { code, details: [detail] } : null;
}

/** A body without its signature gets the prompt's text before it, as the prompt asks for. */
function giveSignature(code: string, prompt: TaskPrompt): Repaired | null {
  if (prompt.form !== 'signature' || new RegExp(`\\bdef\\s+${prompt.entryPoint}\\b`).test(code)) return null;
  if (!isBody(code) && !isBody(dedent(code)) && !isBody(indentFirst(code))) return null;
  if (definesAnything(dedent(code))) return null;
  const head = `${prompt.text.trimEnd()}\n`;
  const indent = /\n([ \t]+)\S[^\n]*$/.exec(prompt.text.trimEnd())?.[1] ?? '    ';
  const bodies = [code, indentAll(dedent(code), indent), indentFirst(code), indentFirst(code, indent)];
  const whole = bodies.map((body) => `${head}${body}`).find((text) => parsesWithEntryPoint(text, prompt));
  return whole === undefined ? null : { code: whole, details: ["gave the body the prompt's signature"] };
}

/** True for a whole module with a function or a class: no body, whatever its indentation. */
function definesAnything(code: string): boolean {
  const kinds = readValidModule(code)?.statements.map(({ kind }) => kind) ?? [];
  return kinds.includes('function') || kinds.includes('class');
}

function parsesWithEntryPoint(text: string, prompt: TaskPrompt): boolean {
  const module = readValidModule(text);
  const entry = module && definedFunctions(module).findLast(({ name }) => name === prompt.entryPoint);
  return entry !== null && entry !== undefined && !entry.isEmpty;
}

/** Without the indentation that all lines share. */
function dedent(code: string): string {
  const indents = code.split('\n').flatMap((line) => (line.trim() === '' ? [] : [/^[ \t]*/.exec(line)![0]]));
  let common = indents[0] ?? '';
  for (const indent of indents) common = sharedStart(common, indent);
  if (common === '') return code;
  const cut = (line: string) => (line.startsWith(common) ? line.slice(common.length) : line);
  return code.split('\n').map(cut).join('\n');
}

function sharedStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

function indentAll(code: string, indent: string): string {
  return code.replace(/^(?=[^\n])/gm, indent);
}

/** Where only the first line has lost its indentation: gives it that of the next one. */
function indentFirst(code: string, indent = /\n([ \t]+)\S/.exec(code)?.[1] ?? ''): string {
  return /^\s/.test(code) ? code : `${indent}${code}`;
}

function withoutTabs(code: string): string {
  return code.replace(/^[ \t]+/gm, (blanks) => blanks.replaceAll('\t', '    '));
}

/** `"""... "db""""` at a line's end was meant as a quoted word and the end of the docstring. */
function closeDocstring(code: string): string {
  return code.replace(/(?<!")""""(?=[ \t]*$)/gm, '" """').replace(/(?<!')''''(?=[ \t]*$)/gm, "' '''");
}

/** Reading broken text is slow. */
const LONGEST_BROKEN = 16_000;

/** Drops all from the first broken statement on, where a whole entry point stands before it and needs none of it. */
function dropBrokenEnd(code: string, prompt: TaskPrompt): Repaired | null {
  if (code.length > LONGEST_BROKEN) return null;
  const broken = readModule(code);
  const kept = broken.statements.filter(({ to }) => to < broken.errors[0]!);
  const last = kept.findLastIndex(({ text }) => parses(text));
  if (last < 0) return null;
  const module = readValidModule(`${code.slice(0, kept[last]!.to)}\n`);
  const rest = code.slice(kept[last]!.to);
  return module !== null && isWhole(module, rest, prompt)
    ? { code: module.source, details: ['dropped a broken end'] }
    : null;
}

function isWhole(module: PythonModule, rest: string, prompt: TaskPrompt): boolean {
  const written = definedFunctions(module).filter(({ isEmpty }) => !isEmpty);
  const made = module.statements.filter(({ kind }) => kind === 'assignment' || kind === 'compound');
  const names = [...written.map(({ name }) => name), ...made.flatMap(({ defines }) => defines)];
  if (!names.some((name) => isSameName(name, prompt.entryPoint))) return false;
  const missing = new Set(freeNames(module));
  return ![...rest.matchAll(/\b(?:def|class)\s+(\w+)|^(\w+)\s*=/gm)].some(([, a, b]) => missing.has(a ?? b ?? ''));
}
