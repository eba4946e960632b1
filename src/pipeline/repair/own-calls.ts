import { type Call, findCalls } from '../../python/calls.ts';
import { importedNames, moduleReads } from '../../python/imports.ts';
import type { PythonModule, Statement } from '../../python/python-module.ts';
import { isSameName } from './name-entry-point.ts';

const STOPPERS = new Set(['input', 'raw_input', 'exit', 'quit', 'sys.exit', 'os._exit', 'getpass.getpass']);
/** Reads what a program started by hand would be given: standard input, arguments, the environment, files. */
const READS_WORLD =
  /\bsys\s*\.\s*(?:argv|stdin)\b|\bos\s*\.\s*environ\s*\[|\.\s*(?:read_text|read_bytes|parse_args)\s*\(/;
const WRITES_FILE = /\bopen\s*\([^)]*,\s*(?:mode\s*=\s*)?["'][wax]/;

/** What top-level statements of a module do by the functions and classes of the module that they call, and what those call. */
export class OwnCalls {
  readonly #module: PythonModule;
  readonly #entryPoint: string;
  readonly #calls: readonly Call[];
  readonly #owners: ReadonlyMap<string, readonly Statement[]>;

  constructor(module: PythonModule, entryPoint: string) {
    this.#module = module;
    this.#entryPoint = entryPoint;
    this.#calls = findCalls(module);
    const owners = module.statements.filter(isOwner);
    this.#owners = Map.groupBy(owners, (owner) => owner.defines[0] ?? '');
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
    const reads = moduleReads(this.#module, statement);
    return importedNames(this.#module).some(({ name, path }) => /^sys\.(?:argv|stdin)$/.test(path) && reads.has(name));
  }

  /** True for a function that tests or uses the entry point. */
  usesEntryPoint(statement: Statement): boolean {
    const reads = [...moduleReads(this.#module, statement)];
    return /^[ \t]+assert\b/m.test(statement.text) || reads.some((name) => isSameName(name, this.#entryPoint));
  }

  /** The functions and classes that a statement may call, the entry point and what it calls left out. */
  reach(statement: Statement): Statement[] {
    const found = new Set<Statement>();
    const pending = [statement];
    for (let at = 0; at < pending.length; at += 1) {
      for (const name of moduleReads(this.#module, pending[at]!)) {
        if (isSameName(name, this.#entryPoint)) continue;
        const owners = (this.#owners.get(name) ?? []).filter((owner) => !found.has(owner));
        for (const owner of owners) found.add(owner);
        pending.push(...owners);
      }
    }
    return [...found];
  }
}

function isOwner({ kind, text }: Statement): boolean {
  return kind === 'function' || kind === 'class' || (kind === 'assignment' && /=\s*lambda\b/.test(text));
}
