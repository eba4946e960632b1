import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from '../../src/base/find-program.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { type Interpreter, readInterpreter } from '../../src/sandbox/native/interpreter.ts';
import type { IsolatedCommand, IsolationParts } from '../../src/sandbox/native/isolated-command.ts';
import { commandsFor, findIsolation, isWorking } from '../../src/sandbox/native/isolation.ts';
import { NativeSandbox, type NativeSandboxOptions } from '../../src/sandbox/native-sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';

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

export const runner = join(packageRoot, 'src', 'sandbox', 'runner');

export function interpreter(): Interpreter {
  return readInterpreter(python!);
}

function parts(changes: Partial<IsolationParts> = {}): IsolationParts {
  return { bubblewrap, python: interpreter(), visiblePackages: [], runner, ...changes };
}

/** A sandbox in the strongest isolation that works here, with all packages of the interpreter for test files, or in the given one. */
export function openNative(parallel = 2, options: Partial<NativeSandboxOptions> = {}): NativeSandbox {
  return new NativeSandbox({ isolation: nativeCommand(), python: interpreter(), parallel, ...options });
}

/** What starts one sandbox in the strongest isolation that works here. */
export function nativeCommand(): IsolatedCommand {
  return findIsolation(parts())!;
}

/** What starts one in each isolation that works here, the strongest first: also those that would not be chosen. */
export function workingCommands(changes: Partial<IsolationParts> = {}): IsolatedCommand[] {
  return whyNotNative === false ? commandsFor(parts(changes)).filter(isWorking) : [];
}

/** What an isolation is called in the names of tests. */
export function titleOf({ name, user, arguments: words }: IsolatedCommand): string {
  if (name === 'landlock') return 'Landlock';
  return user !== null || words.includes('--unshare-user') ? 'bubblewrap' : 'bubblewrap without a user namespace';
}
