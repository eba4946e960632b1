import { join } from 'node:path';
import { type Interpreter, readInterpreter } from '../../src/sandbox/interpreter.ts';
import type { IsolatedCommand } from '../../src/sandbox/isolated-command.ts';
import { commandsFor, findIsolation, findProgram, isWorking } from '../../src/sandbox/isolation.ts';
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

function interpreter(): Interpreter {
  return { ...readInterpreter(python!), packages: [] };
}

/** A sandbox in the given isolation, by default the strongest that works here. */
export function openNative(parallel = 2, isolation = nativeCommand()): NativeSandbox {
  return new NativeSandbox({ isolation, python: interpreter(), parallel });
}

/** What starts one sandbox in the strongest isolation that works here. */
export function nativeCommand(): IsolatedCommand {
  return findIsolation({ bubblewrap, python: interpreter(), runner })!;
}

/** What starts one in each isolation that works here, the strongest first. */
export function workingCommands(): IsolatedCommand[] {
  return commandsFor({ bubblewrap, python: interpreter(), runner }).filter(isWorking);
}
