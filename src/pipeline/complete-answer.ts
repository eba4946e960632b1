import { freeNames, importedNames } from '../python/imports.ts';
import { readModule } from '../python/python-module.ts';
import { standardImport } from '../python/standard-names.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { splitFences } from './extract/fences.ts';
import { LineState } from './extract/line-state.ts';
import { Rank, rankOf } from './extract/rank.ts';
import { withoutThoughts } from './extract/thoughts.ts';
import { extractCode } from './extract.ts';
import { nameEntryPoint } from './repair/name-entry-point.ts';

/** A line that is no Python: a sentence from the left margin on, with so many words that no run of names can be meant. */
const PROSE = /^(?:[-*] |\d{1,2}\. )?(?:\*\*)?[A-Z][a-z]*(?:[ ,:*'`"()-]{1,4}[A-Za-z][\w.]*){7}/;
const FENCE = /```|~~~/;
/** Longer lines are read no further. */
const LONGEST_PROSE = 400;

/**
 * Watches an answer while it is written: the function is given all text so far, again and again, and is true once its program is complete.
 * It looks only where a line with a fence has ended or a line of prose has begun, so that it can be called at every token. A program in
 * `tried` completes no answer: a repair may quote what it repairs.
 */
export function watchAnswer(prompt: TaskPrompt, tried: readonly string[] = []): (text: string) => boolean {
  let ended = 0;
  let proseAt = -1;
  return (text) => {
    const lineAt = text.lastIndexOf('\n') + 1;
    // Asked again after a fault, a model begins anew.
    if (lineAt < ended) proseAt = -1;
    const isFenced = lineAt > ended && FENCE.test(text.slice(ended, lineAt));
    const isProse = lineAt !== proseAt && PROSE.test(text.slice(lineAt, lineAt + LONGEST_PROSE));
    ended = lineAt;
    if (isProse) proseAt = lineAt;
    return (isFenced || isProse) && isAnswerComplete(text, prompt, tried);
  };
}

/**
 * True where the text of an answer so far holds the program that all of it will give: the fence around the entry point is closed, or prose
 * follows code without fences, and the program names nothing that a later block would have to define and is none that was tried.
 */
export function isAnswerComplete(text: string, prompt: TaskPrompt, tried: readonly string[] = []): boolean {
  const spoken = withoutThoughts(text.replace(/\r\n?/g, '\n'));
  const lineAt = spoken.lastIndexOf('\n') + 1;
  const lines = spoken.slice(0, lineAt);
  const { fenced, careful } = splitFences(lines);
  if (careful.length > 0 || fenced.some(({ origin }) => origin === 'open-fence')) return false;
  if (fenced.length === 0 && !isFollowedByProse(lines, spoken.slice(lineAt))) return false;
  const { code } = extractCode(spoken, prompt);
  return !tried.includes(code) && isWholeProgram(named(code, prompt), prompt);
}

/** True where a paragraph begins with a line of prose, in no string and no brackets. */
function isFollowedByProse(before: string, line: string): boolean {
  if (!/\n[ \t]*\n$/.test(before) || !PROSE.test(line.slice(0, LONGEST_PROSE))) return false;
  const state = new LineState();
  for (const one of before.split('\n')) state.read(one);
  return !state.isOpen;
}

/** Code that has its one function under another name with that of the entry point too; a signature in the prompt says the name. */
function named(code: string, prompt: TaskPrompt): string {
  return prompt.form === 'signature' ? code : (nameEntryPoint(code, prompt)?.code ?? code);
}

/** True for code that defines the entry point and all else that it names, but for what Python and the imports of the prompt do. */
function isWholeProgram(code: string, prompt: TaskPrompt): boolean {
  const module = readModule(code);
  if (rankOf(module, prompt) < Rank.entryPoint) return false;
  const defined = module.statements.flatMap(({ defines }) => defines);
  if (prompt.others?.some((name) => !defined.includes(name))) return false;
  const imported = new Set(importedNames(readModule(prompt.context)).map(({ name }) => name));
  return freeNames(module).every((name) => imported.has(name) || standardImport(name, code) !== null);
}
