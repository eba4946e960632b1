import { type Call, findCalls } from '../../python/calls.ts';
import { importedNames, moduleReads } from '../../python/imports.ts';
import { type PythonModule, readValidModule, type Statement } from '../../python/python-module.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { cutStatements } from '../cut-statements.ts';
import { isSameName } from './name-entry-point.ts';
import type { Repaired } from './repair-step.ts';

const STOPPERS = ['input', 'exit', 'quit', 'sys.exit', 'os._exit', 'getpass.getpass'];
const RUNNERS = new Set(['print', 'main', 'unittest.main', 'doctest.testmod', ...STOPPERS]);
const DEFINERS = new Set(['function', 'class', 'import']);
/** Reads what a program started by hand would be given: standard input, arguments, files. */
const READS_WORLD = /\bsys\s*\.\s*(?:argv|stdin)\b|\.\s*(?:read_text|read_bytes|parse_args)\s*\(/;
const WRITES_FILE = /\bopen\s*\([^)]*,\s*(?:mode\s*=\s*)?["'][wax]/;

/**
 * Removes top-level statements that run or test the code when it is loaded: they can fail, hang or end the program. What uses
 * their results goes with them. A statement stays if it makes or touches data that a function reads.
 */
export function removeRuns(code: string, prompt: TaskPrompt): Repaired | null {
  const module = readValidModule(code);
  if (module === null || !module.statements.some(({ kind }) => kind === 'function' || kind === 'class')) {
    return null;
  }
  const live = liveData(module);
  const calls = findCalls(module);
  const loose = module.statements.filter(
    (statement) =>
      !DEFINERS.has(statement.kind) && !isDefinition(statement, prompt) && !touches(module, statement, live),
  );
  const runs = loose.filter((statement) => isRun(module, statement, calls, prompt));
  const { code: cut, count } = cutStatements(module, withDependents(module, runs, loose));
  return count === 0 ? null : { code: `${cut.trimEnd()}\n`, details: [describe(count)] };
}

function describe(count: number): string {
  return `removed ${count} top-level statement${count === 1 ? '' : 's'} that ran or tested the code on load`;
}

/** True for what defines the entry point, or a function by another word than `def`. */
function isDefinition({ kind, text, defines }: Statement, prompt: TaskPrompt): boolean {
  return defines.includes(prompt.entryPoint) || (kind === 'assignment' && /=\s*lambda\b/.test(text));
}

function isRun(module: PythonModule, statement: Statement, calls: readonly Call[], prompt: TaskPrompt): boolean {
  const { kind, text, from, to } = statement;
  if (kind === 'assert' || /^if\s*\(?\s*__name__\s*==/.test(text) || readsWorld(module, statement)) return true;
  const within = calls.filter(({ at }) => at >= from && at < to);
  return within.some(
    ({ name }) =>
      RUNNERS.has(name) ||
      (name === 'open' && !WRITES_FILE.test(text)) ||
      isSameName(name, prompt.entryPoint) ||
      /^(?:run_)?tests?(?:_|$)/.test(name),
  );
}

function readsWorld(module: PythonModule, statement: Statement): boolean {
  if (READS_WORLD.test(statement.text)) return true;
  const reads = moduleReads(module, statement);
  return importedNames(module).some(({ name, path }) => /^sys\.(?:argv|stdin)$/.test(path) && reads.has(name));
}

/** The statements, and those of the others that read a name which only they and statements like them make. */
function withDependents(module: PythonModule, runs: readonly Statement[], loose: readonly Statement[]): Statement[] {
  const gone = new Set(runs);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    const kept = new Set(module.statements.filter((one) => !gone.has(one)).flatMap(({ defines }) => defines));
    const lost = new Set([...gone].flatMap(({ defines }) => defines).filter((name) => !kept.has(name)));
    for (const statement of loose) {
      if ([...moduleReads(module, statement)].some((name) => lost.has(name))) gone.add(statement);
    }
  }
  return module.statements.filter((statement) => gone.has(statement));
}

/** Names of data that functions and classes read from the module, and the data that it is made of. */
function liveData(module: PythonModule): Set<string> {
  const makers = module.statements.filter(({ kind }) => !DEFINERS.has(kind));
  const made = new Set(makers.flatMap(({ defines }) => defines));
  const live = new Set<string>();
  const pending = module.statements.filter(({ kind }) => kind === 'function' || kind === 'class');
  for (let at = 0; at < pending.length; at += 1) {
    for (const name of moduleReads(module, pending[at]!)) {
      if (!made.has(name) || live.has(name)) continue;
      live.add(name);
      pending.push(...makers.filter(({ defines }) => defines.includes(name)));
    }
  }
  return live;
}

function touches(module: PythonModule, statement: Statement, data: ReadonlySet<string>): boolean {
  return (
    statement.defines.some((name) => data.has(name)) ||
    [...moduleReads(module, statement)].some((name) => data.has(name))
  );
}
