import type { Interpreter } from './interpreter.ts';

// Imported before the first fork: what generated code uses most. Each module more makes every fork dearer.
const PRELOADED = [
  'math',
  're',
  'typing',
  'collections',
  'itertools',
  'functools',
  'string',
  'heapq',
  'bisect',
  'copy',
];

/** The only environment that candidates see. Numeric libraries start no threads of their own, and each thread takes little memory. */
export const ENVIRONMENT = {
  LANG: 'C.UTF-8',
  PYTHONHASHSEED: '0',
  OPENBLAS_NUM_THREADS: '1',
  MALLOC_ARENA_MAX: '1',
};

/** What the zygote is to do inside its isolation. */
export interface ZygoteTask {
  /** Folders of packages that every program may import. */
  readonly packages: readonly string[];
  /** Threads and processes that the sandbox's user may have. */
  readonly threads: number;
  /** The user to become before anything is run; null keeps the one that it is started as. */
  readonly user: number | null;
  /** With Landlock, the files and folders that may be read; null where the isolation shows no others. */
  readonly readable: readonly string[] | null;
}

/** The words that start the zygote of a runner folder. */
export function zygoteCommand(python: Interpreter, runner: string, task: ZygoteTask): string[] {
  return [python.path, '-s', '-S', '-B', `${runner}/zygote.py`, JSON.stringify({ modules: PRELOADED, ...task })];
}
