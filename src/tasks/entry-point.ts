import { Refusal } from '../base/errors.ts';
import { isBuiltin } from '../python/builtins.ts';
import type { FunctionDefinition } from '../python/definitions.ts';
import { freeNames } from '../python/imports.ts';
import { readModule } from '../python/python-module.ts';
import { calledFunctions } from './called-functions.ts';
import { examplesInText } from './examples-in-prompt.ts';
import type { MarkdownCode } from './markdown-code.ts';
import { functionsOf } from './prompt-context.ts';
import { definesCheck, namesFromCandidate } from './test-program.ts';

/** True for what can be the name of a Python function. */
export function isFunctionName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);
}

/** What tells the entry point of a free-text task. */
interface EntryPointClues {
  readonly text: string;
  readonly code: MarkdownCode;
  /** The text of a tests file, empty where there is none. */
  readonly tests: string;
  /** Modules that tests import beside the candidate. */
  readonly given?: readonly string[];
}

/**
 * The function or class that a free-text task asks for: by its tests, then its examples, its code, its words. Of several that the tests
 * want it is the first; a Refusal says how to name it where there is none, or several without tests of them.
 */
export function inferEntryPoint(clues: EntryPointClues): string {
  const left = findEntryPoints(clues);
  const tested = testedNames(clues.tests, clues.given);
  if (left.length === 1 || (left.length > 1 && left.every((name) => tested.includes(name)))) return left[0]!;
  const found = left.length === 0 ? 'names no function' : `names several functions (${left.slice(0, 5).join(', ')})`;
  throw new Refusal(`the task ${found}: say which one to write`, { choice: 'entry-point' });
}

/** The functions that a free-text task may ask for: one where its clues agree, none where there is no clue. */
export function findEntryPoints(clues: EntryPointClues): readonly string[] {
  let left: readonly string[] = [];
  for (const find of FINDERS) {
    const names = find(clues);
    const both = left.filter((name) => names.includes(name));
    left = left.length === 0 ? names : both.length === 0 ? left : both;
    if (left.length === 1) break;
  }
  return left;
}

/** All that tests want of a program: the names that they import from it, else the functions that they call and do not have. */
export function testedNames(tests: string, given: readonly string[] = []): string[] {
  const imported = namesFromCandidate(tests, given);
  return imported.length > 0 ? imported : calledNames(tests);
}

function calledByTests({ tests, given }: EntryPointClues): string[] {
  const names = testedNames(tests, given);
  const called = calledFunctions(tests).filter((name) => names.includes(name));
  return called.length > 0 ? called : names;
}

function calledNames(tests: string): string[] {
  if (definesCheck(tests)) return [];
  const free = new Set(freeNames(readModule(tests)));
  return calledFunctions(tests).filter((name) => !isBuiltin(name) && free.has(name));
}

const MOST_NAMES = 50;

function calledByExamples({ text }: EntryPointClues): string[] {
  const called = [...text.matchAll(/(?<![\w.])([A-Za-z_]\w*)\s*\(/g)].map((match) => match[1]!);
  return [...new Set(called)]
    .filter((name) => !isBuiltin(name))
    .slice(0, MOST_NAMES)
    .filter((entryPoint) => examplesInText(text, { entryPoint, context: '' }).length > 0);
}

/** A function whose body is left out is the one to write, whatever examples and helpers stand beside it. */
function leftOpenInCode({ text, code }: EntryPointClues): string[] {
  const open = [text, ...code.blocks].flatMap(functionsOf).filter(({ isEmpty }) => isEmpty);
  return namesOf(open);
}

function definedInCode({ text, code }: EntryPointClues): string[] {
  return namesOf([text, ...code.blocks].flatMap(functionsOf));
}

function namesOf(functions: readonly FunctionDefinition[]): string[] {
  return [...new Set(functions.map(({ name }) => name))].filter((name) => name !== '');
}

function namedInSpans({ code }: EntryPointClues): string[] {
  const names = code.spans.flatMap((span) => /^(?:def\s+)?([A-Za-z_]\w*)\s*\(/.exec(firstLine(span))?.[1] ?? []);
  return [...new Set(names)].filter((name) => !isBuiltin(name));
}

/** The span up to its first line break, where all its brackets stand before that; else no text. */
function firstLine(span: string): string {
  const end = span.indexOf('\n');
  if (end < 0) return span;
  return /[()]/.test(span.slice(end)) ? '' : span.slice(0, end);
}

const NAMED: readonly RegExp[] = [
  /\bfunction\s+(?:(?:called|named)\s+[`"']?|[`"'])([A-Za-z_]\w*)/g,
  /\b(?:function|method|def)\s+([A-Za-z_]\w*)\s?\(/g,
  /\b(?:function|method)\s+([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)\b/g,
  /\b([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)`?\s+(?:function|method)\b/g,
  /\b(?:[Ww]rite|[Ii]mplement|[Dd]efine|[Cc]reate)\s+([A-Za-z_]\w*)\(/g,
  /\bfunction name(?:\s+(?:is|should be|must be))?[\s:]\s?[`"']?([A-Za-z_]\w*)/gi,
  /\bclass\s+(?:(?:called|named)\s+)?[`"']?([A-Z]\w*)/g,
];

function namedInProse({ text }: EntryPointClues): string[] {
  const named = NAMED.flatMap((expression) => [...text.matchAll(expression)].map((match) => match[1]!));
  return [...new Set(named)].filter((name) => !isBuiltin(name));
}

/** `that doubles a number, called twice`: words that may name anything else, too. */
function calledInProse({ text }: EntryPointClues): string[] {
  const named = text.matchAll(
    /(?<!\b(?:argument|column|dict|dictionary|directory|field|file|folder|key|list|module|parameter|string|table|variable) )\b(?:called|named|(?:call|name) (?:it|the function))\s+[`"']?([A-Za-z_]\w*)/g,
  );
  return [...new Set([...named].map((match) => match[1]!))].filter((name) => !isBuiltin(name));
}

/** A function that is to have the name of a builtin: `assert sum(10, 15) == 6`. */
function assertedBuiltin({ text }: EntryPointClues): string[] {
  const called = [...text.matchAll(/^[ \t]*assert[ \t]+([A-Za-z_]\w*)\(/gm)].map((match) => match[1]!);
  return [...new Set(called)].filter((name) => isBuiltin(name) && !TYPE_CHECKS.has(name));
}

const TYPE_CHECKS = new Set(['isinstance', 'issubclass', 'callable', 'hasattr', 'all', 'any', 'len', 'type']);

/** From the surest clue to the least. */
const FINDERS: readonly ((clues: EntryPointClues) => string[])[] = [
  calledByTests,
  leftOpenInCode,
  calledByExamples,
  definedInCode,
  namedInSpans,
  namedInProse,
  calledInProse,
  assertedBuiltin,
];
