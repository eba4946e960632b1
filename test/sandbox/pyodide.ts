import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findHost } from '../../src/sandbox/pyodide/host-command.ts';
import { PyodideSandbox } from '../../src/sandbox/pyodide-sandbox.ts';
import { packageRoot } from '../../src/wiring.ts';

/** Where the tests keep Python's memory when ready: made once, not in the user's own folder. */
export const cacheFolder = join(packageRoot, '.greenloop', 'test-cache');

export function openPyodide(parallel = 2, bubblewrap: string | null = null): Promise<PyodideSandbox> {
  mkdirSync(cacheFolder, { recursive: true });
  const host = findHost(join(packageRoot, 'src', 'sandbox', 'runner'), bubblewrap);
  return PyodideSandbox.open({ host, cacheFolder, parallel });
}
