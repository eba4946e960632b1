import { execFileSync } from 'node:child_process';
import { SandboxFault } from '../base/errors.ts';
import { findProgram, realInterpreter } from './isolation.ts';
import type { NativeSandboxOptions } from './native-sandbox.ts';

type NativeParts = Pick<NativeSandboxOptions, 'bubblewrap' | 'python'>;

const OLDEST_PYTHON = [3, 10] as const;

/** The programs that the native sandbox is made of, or what is missing and how to get it, in one line. */
export function findNativeParts(searchPath: string, chosenPython: string | null): NativeParts | string {
  if (process.platform !== 'linux') return 'the native sandbox needs Linux (on Windows: WSL)';
  const bubblewrap = findProgram(['bwrap'], searchPath);
  if (bubblewrap === null) return 'bubblewrap is missing; install it (Debian: apt install bubblewrap)';
  const path = chosenPython ?? findProgram(['/usr/bin/python3', 'python3'], searchPath);
  if (path === null) return 'Python 3.10 or newer is missing; install it (Debian: apt install python3)';
  try {
    const python = realInterpreter(path);
    return isNewEnough(python.version)
      ? { bubblewrap, python }
      : `${path} is Python ${python.version}; install 3.10 or newer`;
  } catch (error) {
    // A Python that the user has chosen is not passed over.
    if (!(error instanceof SandboxFault) || chosenPython !== null) throw error;
    return error.message;
  }
}

/** Whether bubblewrap really makes namespaces here. */
export function worksHere(bubblewrap: string): boolean {
  const options = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', 'true'];
  try {
    execFileSync(bubblewrap, options, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}
