import { type Call, findCalls } from '../../python/calls.ts';
import { type PythonModule, readValidModule, type Statement } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
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
  const cut = cutLines(module, removed);
  return cut.count === 0 ? null : { code: cut.code, details: [describe(cut.count)] };
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

/** Cuts whole lines: a statement that shares a line with one that stays, stays too. */
function cutLines(module: PythonModule, removed: readonly Statement[]): { code: string; count: number } {
  const lines = module.source.split('\n');
  const lineOf = lineFinder(lines);
  const kept = new Set<number>();
  const gone = new Set(removed);
  const span = ({ from, to }: Statement): number[] => {
    const first = lineOf(from);
    return Array.from({ length: lineOf(to) - first + 1 }, (_, index) => first + index);
  };
  for (const statement of module.statements)
    if (!gone.has(statement)) for (const line of span(statement)) kept.add(line);
  const cut = removed.filter((statement) => span(statement).every((line) => !kept.has(line)));
  const cutSet = new Set(cut.flatMap(span));
  const code = lines.filter((_, index) => !cutSet.has(index)).join('\n');
  return { code: `${code.trimEnd()}\n`, count: cut.length };
}

function lineFinder(lines: readonly string[]): (offset: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}
