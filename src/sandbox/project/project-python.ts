import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { filesOf, type Interpreter } from '../native/interpreter.ts';

/** The Python that a project's tests run with. */
export interface ProjectPython {
  /** Folders in which programs are looked for, the first one first. */
  readonly searchPath: readonly string[];
  /** Files and folders outside of the project that it needs to see. */
  readonly files: readonly string[];
  /** The interpreter that `python` is to mean; null where the search path has one. */
  readonly interpreter: string | null;
  /** The virtual environment; null where there is none. */
  readonly environment: string | null;
}

const USUAL_NAMES = ['.venv', 'venv'];
const SYSTEM = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The virtual environment that was chosen, else the project's own, else the interpreter itself. A project's environment is read and never
 * run outside of the sandbox: what a project holds may be hostile.
 */
export function findProjectPython(root: string, interpreter: Interpreter, chosen: string | null): ProjectPython {
  const found =
    chosen === null ? USUAL_NAMES.map((name) => join(root, name)).find(isEnvironment) : environmentOf(chosen);
  if (found === undefined)
    return { searchPath: SYSTEM, files: filesOf(interpreter), interpreter: interpreter.path, environment: null };
  const files = [found, ...programFiles(found)];
  return { searchPath: [join(found, 'bin'), ...SYSTEM], files, interpreter: null, environment: found };
}

/** The environment that a folder or an interpreter in one names. */
function environmentOf(chosen: string): string | undefined {
  const path = realFolder(chosen) ?? realFolder(dirname(dirname(chosen)));
  return path !== null && isEnvironment(path) ? path : undefined;
}

function isEnvironment(folder: string): boolean {
  return existsSync(join(folder, 'pyvenv.cfg')) && existsSync(join(folder, 'bin', 'python'));
}

function realFolder(path: string): string | null {
  try {
    return statSync(path).isDirectory() ? realpathSync(path) : null;
  } catch {
    return null;
  }
}

/** What the program of an environment needs to see, if it is a Python by its name: every link on the way to it, and its libraries. */
function programFiles(environment: string): string[] {
  const link = join(environment, 'bin', 'python');
  const program = realpathSync(link);
  if (!/^(?:python|pypy)[\d.]*$/.test(basename(program))) return [];
  return [
    ...filesOf({ path: program, packages: [] }),
    ...linksFrom(link).filter((place) => !place.startsWith(`${environment}/`)),
  ];
}

const MOST_LINKS = 20;

/** The places that a chain of links leads through. */
function linksFrom(link: string): string[] {
  const places: string[] = [];
  for (let at = link; places.length < MOST_LINKS && lstatSync(at).isSymbolicLink(); ) {
    at = resolve(dirname(at), readlinkSync(at));
    if (!at.startsWith('/usr/')) places.push(at);
  }
  return places;
}
