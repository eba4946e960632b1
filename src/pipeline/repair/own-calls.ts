import { type Call, findCalls } from '../../python/calls.ts';
import { importedNames, moduleReads } from '../../python/imports.ts';
import type { PythonModule, Statement } from '../../python/python-module.ts';
import { isSameName } from './name-entry-point.ts';

const STOPPERS = new Set(['input', 'raw_input', 'exit', 'quit', 'sys.exit', 'os._exit', 'getpass.getpass']);
/** Reads what a program started by hand would be given: standard input, arguments, the environment, files. */
const READS_WORLD =
  /\bsys\s*\.\s*(?:argv|stdin)\b|\bos\s*\.\s*environ\s*\[|\.\s*(?:read_text|read_bytes|parse_args)\s*\(/;
const WRITES_FILE = /\bopen\s*\([^)]{0,200},\s*(?:mode\s*=\s*)?["'][wax]/;

/** What top-level statements of a module do by the functions and classes of the module that they call, and what those call. */
export class OwnCalls {
  readonly #module: PythonModule;
  readonly #entryPoint: string;
  readonly #calls: readonly Call[];
  readonly #worldNames: readonly string[];
  readonly #owners: ReadonlyMap<string, readonly Statement[]>;
  readonly #reads = new Map<Statement, ReadonlySet<string>>();

  constructor(module: PythonModule, entryPoint: string) {
    this.#module = module;
    this.#entryPoint = entryPoint;
    this.#calls = findCalls(module);
    this.#worldNames = importedNames(module)
      .filter(({ path }) => /^sys\.(?:argv|stdin)$/.test(path))
      .map(({ name }) => name);
    this.#owners = Map.groupBy(module.statements.filter(isOwner), (owner) => owner.defines[0] ?? '');
  }

  /** The names that a statement looks up at module level. */
  readsOf(statement: Statement): ReadonlySet<string> {
    const reads = this.#reads.get(statement) ?? moduleReads(this.#module, statement);
    this.#reads.set(statement, reads);
    return reads;
  }

  /** The calls of named functions that a statement makes itself. */
  callsIn({ from, to }: Statement): Call[] {
    return this.#calls.filter(({ at }) => at >= from && at < to);
  }

  /** True where a statement itself stops the program, or reads what only a program started by hand has. */
  readsWorld(statement: Statement): boolean {
    if (READS_WORLD.test(statement.text)) return true;
    const opens = !WRITES_FILE.test(statement.text);
    if (this.callsIn(statement).some(({ name }) => STOPPERS.has(name) || (name === 'open' && opens))) return true;
    return this.#worldNames.some((name) => this.readsOf(statement).has(name));
  }

  /** True for a function that tests or uses the entry point. */
  usesEntryPoint(statement: Statement): boolean {
    const reads = [...this.readsOf(statement)];
    return /^[ \t]+assert\b/m.test(statement.text) || reads.some((name) => isSameName(name, this.#entryPoint));
  }

  /** The functions and classes that a statement may call, the entry point and what only it calls left out. */
  calledBy(statement: Statement): Statement[] {
    const names = [...this.readsOf(statement)].filter((name) => !isSameName(name, this.#entryPoint));
    return names.flatMap((name) => this.#owners.get(name) ?? []);
  }

  /** All that the statements call, and what that calls in turn. */
  reach(statements: readonly Statement[]): Set<Statement> {
    const found = new Set<Statement>();
    const pending = [...statements];
    for (let at = 0; at < pending.length; at += 1) {
      const called = this.calledBy(pending[at]!).filter((one) => !found.has(one));
      for (const one of called) found.add(one);
      pending.push(...called);
    }
    return found;
  }

  /** The functions and classes for which the test holds, and those that call one of them, however far away. */
  leadingTo(holds: (owner: Statement) => boolean): Set<Statement> {
    const owners = this.#module.statements.filter(isOwner);
    const callers = new Map<Statement, Statement[]>();
    for (const owner of owners) {
      for (const called of this.calledBy(owner)) {
        const known = callers.get(called);
        if (known === undefined) callers.set(called, [owner]);
        else known.push(owner);
      }
    }
    const found = new Set(owners.filter(holds));
    for (const one of found) for (const caller of callers.get(one) ?? []) found.add(caller);
    return found;
  }
}

function isOwner({ kind, text }: Statement): boolean {
  return kind === 'function' || kind === 'class' || (kind === 'assignment' && /=\s*lambda\b/.test(text));
}
