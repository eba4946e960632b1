import { availableParallelism } from 'node:os';
import { SandboxFault } from '../base/errors.ts';
import { findProgram } from '../base/find-program.ts';
import { findNativeParts } from '../sandbox/native/native-parts.ts';
import { NativeSandbox } from '../sandbox/native-sandbox.ts';
import { makesNamespaces } from '../sandbox/pyodide/bubblewrapped-node.ts';
import { findHost } from '../sandbox/pyodide/host-command.ts';
import { PyodideSandbox } from '../sandbox/pyodide-sandbox.ts';
import { RememberingSandbox } from '../sandbox/remembering-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { runnerFolder } from './places.ts';
import type { Settings } from './settings.ts';

/**
 * The sandbox of this machine, for `parallel` candidates at a time (default: cores); `onFallback` is told in one line why it
 * is not the native one. Throws SandboxFault that says what to install.
 */
export async function openSandbox(
  settings: Settings,
  parallel = availableParallelism(),
  onFallback: (line: string) => void = () => {},
): Promise<Sandbox> {
  const { sandbox: kind, searchPath, python } = settings;
  if (kind === 'pyodide') return openPyodide(settings, parallel);
  const parts = findNativeParts({ searchPath, python, runner: runnerFolder });
  if (typeof parts !== 'string') return new RememberingSandbox(new NativeSandbox({ ...parts, parallel }));
  // A Python that was asked for by name is not passed over.
  if (kind === 'native' || python !== null) throw new SandboxFault(parts);
  onFallback(`${parts}; until then code runs in Pyodide, which is slower and has no numpy, threads or processes`);
  return openPyodide(settings, parallel);
}

async function openPyodide({ searchPath, cacheFolder }: Settings, parallel: number): Promise<Sandbox> {
  if (process.platform === 'win32') throw new SandboxFault('the sandbox does not run on Windows itself; use WSL');
  const bubblewrap = process.platform === 'linux' ? findProgram(['bwrap'], searchPath) : null;
  const host = findHost(runnerFolder, bubblewrap !== null && makesNamespaces(bubblewrap) ? bubblewrap : null);
  return new RememberingSandbox(await PyodideSandbox.open({ host, cacheFolder, parallel }));
}
