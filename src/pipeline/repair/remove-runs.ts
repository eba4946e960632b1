import { type Call, findCalls } from '../../python/calls.ts';
import { type PythonModule, readValidModule, type Statement } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { cutStatements } from '../cut-statements.ts';
import { isSameName } from './name-entry-point.ts';
import type { Repaired } from './repair-step.ts';

const STOPPERS = new Set(['input', 'exit', 'quit', 'sys.exit', 'os._exit']);
const RUNNERS = new Set(['print', 'main', 'unittest.main', 'doctest.testmod', ...STOPPERS]);
const DEFINERS = new Set(['function', 'class', 'import']);

/**
 * Removes top-level statements that run or test the code when it is loaded: they can fail, hang or end the program.
 * A statement stays if it makes or touches data that a function reads.
 */
export function removeRuns(code: string, prompt: TaskPrompt): Repaired | null {
  const module = readValidModule(code);
  if (module === null || !module.statements.some(({ kind }) => kind === 'function' || kind === 'class')) {
    return null;
  }
  const data = liveData(module);
  const calls = findCalls(module);
  const removed = module.statements.filter(
    (statement) => !DEFINERS.has(statement.kind) && !touches(statement, data) && isRun(statement, calls, prompt),
  );
  const { code: cut, count } = cutStatements(module, removed);
  return count === 0 ? null : { code: `${cut.trimEnd()}\n`, details: [describe(count)] };
}

function describe(count: number): string {
  return `removed ${count} top-level statement${count === 1 ? '' : 's'} that ran or tested the code on load`;
}

function isRun(statement: Statement, calls: readonly Call[], prompt: TaskPrompt): boolean {
  if (statement.kind === 'assert' || /^if\s*\(?\s*__name__\s*==/.test(statement.text)) return true;
  const within = calls.filter(({ at }) => at >= statement.from && at < statement.to);
  return within.some(
    ({ name }) => RUNNERS.has(name) || isSameName(name, prompt.entryPoint) || /^(?:run_)?tests?(?:_|$)/.test(name),
  );
}

/** Names of data that functions and classes read, and the data that it is made of. */
function liveData(module: PythonModule): Set<string> {
  const makers = module.statements.filter(({ kind }) => !DEFINERS.has(kind));
  const made = new Set(makers.flatMap(({ defines }) => defines));
  const live = new Set<string>();
  const pending = module.statements.filter(({ kind }) => kind === 'function' || kind === 'class');
  for (let at = 0; at < pending.length; at += 1) {
    for (const name of wordsOf(pending[at]!)) {
      if (!made.has(name) || live.has(name)) continue;
      live.add(name);
      pending.push(...makers.filter(({ defines }) => defines.includes(name)));
    }
  }
  return live;
}

function touches(statement: Statement, data: ReadonlySet<string>): boolean {
  return data.size > 0 && wordsOf(statement).some((word) => data.has(word));
}

function wordsOf({ text }: Statement): string[] {
  return text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
}
