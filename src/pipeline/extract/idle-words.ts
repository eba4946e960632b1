import { freeNames, starImports } from '../../python/imports.ts';
import { type PythonModule, readModule, readValidModule, type Statement } from '../../python/python-module.ts';
import { standardImport } from '../../python/standard-names.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { cutStatements } from '../cut-statements.ts';

/** Names, numbers, commas, points, square brackets and signs alone: as a statement they do nothing. */
const IDLE = /^[\p{L}_\d\s,.[\]-]+$/u;
const ANNOTATION = /^[\p{L}_][\p{L}_\d]*\s*:[^=]*$/u;

/**
 * The code without words between its statements that happen to parse (`python`, `It`, `[DONE]`, `Output: word`): they name what
 * nothing binds, and so would end the program with a NameError as it is loaded.
 */
export function cutIdleWords(code: string, prompt: TaskPrompt): string {
  const module = readValidModule(code);
  if (module === null) return code;
  const unbound = new Set(freeNames(module));
  const hasStar = starImports(module).length > 0;
  const words = module.statements.filter((statement, at) => {
    if (isIdle(statement))
      return namesOf(statement).some((name) => unbound.has(name) || isBoundLater(name, module, at));
    return !hasStar && fails(statement, unbound, prompt);
  });
  return words.length === 0
    ? code
    : cutStatements(module, words)
        .code.replace(/^(?:[ \t]*\n)+/, '')
        .trimEnd();
}

/** True for an expression that does nothing, whether its names are bound or not. */
function isIdle({ kind, text }: Statement): boolean {
  return kind === 'expression' && IDLE.test(text);
}

function namesOf({ text }: Statement): string[] {
  return freeNames(readModule(text));
}

function isBoundLater(name: string, { statements }: PythonModule, at: number): boolean {
  const first = statements.findIndex(({ defines }) => defines.includes(name));
  return first > at;
}

/** True for a statement that has no use but to read a name that nothing binds, the prompt and the imports repair included. */
function fails(statement: Statement, unbound: ReadonlySet<string>, prompt: TaskPrompt): boolean {
  const { kind, text } = statement;
  if (kind !== 'expression' && !ANNOTATION.test(text)) return false;
  const names = namesOf(statement).filter((name) => unbound.has(name));
  if (IDLE.test(text)) return names.length > 0;
  return names.some((name) => name !== prompt.entryPoint && !isGiven(name, text, prompt));
}

function isGiven(name: string, text: string, prompt: TaskPrompt): boolean {
  const given = readModule(prompt.context).statements.some(({ defines }) => defines.includes(name));
  return given || standardImport(name, text) !== null;
}
