import { readFileSync, realpathSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOnlyNode } from './bubblewrapped-node.ts';
import type { HostOptions } from './host.ts';
import type { HostCommand } from './host-process.ts';

/** Where the parts of the Pyodide sandbox are. */
export interface Host {
  /** Path of Node. */
  readonly node: string;
  /** Folder of the npm package `pyodide`. */
  readonly pyodide: string;
  readonly version: string;
  /** Folder of the Python runner. */
  readonly runner: string;
  /** Path of bubblewrap to put each process into; null where there is none that works. */
  readonly bubblewrap: string | null;
}

// Half of what systems give to a first thread. Python does not see this stack: whoever reaches its end wants what is not here.
const STACK_KILOBYTES = 3900;
const SCRIPT = join(import.meta.dirname, `host${extname(import.meta.filename)}`);

/** This Node and the installed Pyodide. */
export function findHost(runner: string, bubblewrap: string | null): Host {
  const pyodide = dirname(fileURLToPath(import.meta.resolve('pyodide')));
  const { version } = JSON.parse(readFileSync(join(pyodide, 'package.json'), 'utf8')) as { version: string };
  return { node: realpathSync(process.execPath), pyodide: realpathSync(pyodide), version, runner, bubblewrap };
}

/** The command for one role: a Node that may read its own files and do next to nothing else. */
export function hostCommand(
  host: Host,
  options: Pick<HostOptions, 'role' | 'snapshot' | 'makesSnapshot'>,
): HostCommand {
  const files = [
    host.pyodide,
    dirname(SCRIPT),
    host.runner,
    packageFile(),
    ...(options.snapshot === null ? [] : [options.snapshot]),
  ];
  const whole: HostOptions = { ...options, pyodide: `${host.pyodide}/`, runner: `${host.runner}/` };
  const words = [
    '--permission',
    ...files.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    `--stack-size=${STACK_KILOBYTES}`,
    SCRIPT,
    JSON.stringify(whole),
  ];
  return readOnlyNode(host.bubblewrap, host.node, words, files);
}

/** What says that the scripts are ES modules. */
function packageFile(): string {
  return join(import.meta.dirname, '../../../package.json');
}
