import { SandboxFault } from '../../base/errors.ts';
import { findProgram } from '../../base/find-program.ts';
import type { NativeSandboxOptions } from '../native-sandbox.ts';
import { type Interpreter, readInterpreter } from './interpreter.ts';
import { findIsolation } from './isolation.ts';

type NativeParts = Pick<NativeSandboxOptions, 'isolation' | 'python'>;

export interface NativePlaces {
  readonly searchPath: string;
  /** The interpreter that the user has chosen, with its packages; null finds one. */
  readonly python: string | null;
  /** Folder of the Python runner. */
  readonly runner: string;
}

/** What the native sandbox is made of, or what is missing and how to get it, in one line. */
export function findNativeParts({ searchPath, python: chosen, runner }: NativePlaces): NativeParts | string {
  if (process.platform !== 'linux') return 'the native sandbox needs Linux (on Windows: WSL)';
  const python = findInterpreter(searchPath, chosen);
  if (typeof python === 'string') return python;
  const bubblewrap = findProgram(['bwrap'], searchPath);
  // A verdict must not depend on what happens to be installed; what was asked for by name is another matter.
  const visiblePackages = chosen === null ? [] : python.packages;
  const isolation = findIsolation({ bubblewrap, python, visiblePackages, runner });
  return isolation === null ? whyNoIsolation(bubblewrap) : { isolation, python };
}

/** The interpreter that was chosen, else the system's; or why there is none, in one line. */
export function findInterpreter(searchPath: string, chosen: string | null): Interpreter | string {
  const path = chosen ?? findProgram(['/usr/bin/python3', 'python3'], searchPath);
  if (path === null) return 'Python 3.10 or newer is missing; install it (Debian: apt install python3)';
  try {
    return readInterpreter(path);
  } catch (error) {
    if (error instanceof SandboxFault) return error.message;
    throw error;
  }
}

function whyNoIsolation(bubblewrap: string | null): string {
  return bubblewrap === null
    ? 'bubblewrap is missing; install it (Debian: apt install bubblewrap)'
    : 'bubblewrap does not run: the system forbids user namespaces, and has no Landlock either; allow one of them';
}
