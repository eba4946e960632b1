import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.ts';
import { findHost } from '../../src/sandbox/pyodide/host-command.ts';
import { PyodideSandbox } from '../../src/sandbox/pyodide-sandbox.ts';

/** What the tests take for the home of the user's caches. */
export const cacheHome = join(packageRoot, '.greenloop', 'test-cache');
/** Where greenloop keeps Python's memory when ready, under that home: made once for all tests. */
export const cacheFolder = join(cacheHome, 'greenloop', 'data');

export function openPyodide(parallel = 2, bubblewrap: string | null = null): Promise<PyodideSandbox> {
  mkdirSync(cacheFolder, { recursive: true });
  const host = findHost(join(packageRoot, 'src', 'sandbox', 'runner'), bubblewrap);
  return PyodideSandbox.open({ host, cacheFolder, parallel });
}
