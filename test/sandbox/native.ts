import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, realInterpreter } from '../../src/sandbox/isolation.ts';
import { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { packageRoot, readSettings } from '../../src/wiring.ts';

const { searchPath } = readSettings();
const bubblewrap = findProgram(['bwrap'], searchPath);
/** Another interpreter to test with, such as one of each version that is supported. */
const asked = process.env.GREENLOOP_TEST_PYTHON;
const python = findProgram(asked === undefined ? ['/usr/bin/python3', 'python3'] : [asked], searchPath);

/** Why the native sandbox cannot be tested here; false where it can. */
export const whyNotNative =
  process.platform !== 'linux'
    ? 'the native sandbox needs Linux'
    : bubblewrap === null
      ? 'bubblewrap is not installed'
      : python === null && 'Python 3 is not installed';

/** Why test files for pytest cannot be run here; false where they can. */
export const whyNoPytest =
  (python === null || spawnSync(python, ['-I', '-c', 'import pytest']).status !== 0) &&
  'pytest is not installed (Debian: apt install python3-pytest)';

export function openNative(parallel = 2, packageFolders?: readonly string[]): NativeSandbox {
  const runner = join(packageRoot, 'src', 'sandbox', 'runner');
  const options = { bubblewrap: bubblewrap!, python: realInterpreter(python!), runner, parallel };
  return new NativeSandbox(packageFolders === undefined ? options : { ...options, packageFolders });
}
