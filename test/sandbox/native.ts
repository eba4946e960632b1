import { join } from 'node:path';
import { bubblewrapCommand, findProgram, type IsolatedCommand, realInterpreter } from '../../src/sandbox/isolation.ts';
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

const runner = join(packageRoot, 'src', 'sandbox', 'runner');

export function openNative(parallel = 2): NativeSandbox {
  return new NativeSandbox({ bubblewrap: bubblewrap!, python: realInterpreter(python!), runner, parallel });
}

/** What starts one sandbox. */
export function nativeCommand(): IsolatedCommand {
  return bubblewrapCommand(bubblewrap!, realInterpreter(python!).path, runner);
}
