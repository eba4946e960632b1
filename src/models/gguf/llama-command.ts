import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** How to start the child: a program, its arguments, and all of its environment. */
export interface LlamaCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface LlamaCommandOptions {
  /** Path of bubblewrap to put the child into; null does without. */
  readonly bubblewrap: string | null;
  /** Of `llama-addon.node`. */
  readonly addon: string;
  /** Of the GGUF file, absolute. */
  readonly path: string;
  /** The most memory of its own, in bytes; the file itself is mapped and does not count. */
  readonly mostBytes: number;
}

const EXTENSION = extname(import.meta.filename);
const SCRIPT = join(import.meta.dirname, 'child', `llama-host${EXTENSION}`);
/** All that the script imports, and package.json, which says that these are ES modules. */
const SOURCES = [
  dirname(SCRIPT),
  join(import.meta.dirname, `../system-text${EXTENSION}`),
  join(import.meta.dirname, '../../base'),
  join(import.meta.dirname, '../../../package.json'),
];
/** An assertion of llama.cpp that fails would start a debugger. */
const ENVIRONMENT = { GGML_NO_BACKTRACE: '1' };
/** No core files, no more memory than given, and first in line where the system runs out of it. */
const LIMITED =
  'ulimit -c 0; ulimit -d "$1" 2>/dev/null; { echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; shift; exec "$@"';
const NOBODY = '65534';

/** Commands for the child, the strongest isolation first: what it needs to read, and nothing else that is cheap to take away. */
export function llamaCommands(options: LlamaCommandOptions): LlamaCommand[] {
  const node = [process.execPath, ...nodeWords(options)];
  const { bubblewrap } = options;
  const isolated = bubblewrap === null ? [] : [limited([bubblewrap, ...isolation(options), ...node], options)];
  return [...isolated, limited(node, options)];
}

function nodeWords({ addon }: LlamaCommandOptions): string[] {
  const files = [...SOURCES, addon];
  return [
    ...['--permission', '--allow-addons', '--allow-worker', ...files.map((path) => `--allow-fs-read=${path}`)],
    ...['--disallow-code-generation-from-strings', '--no-warnings', SCRIPT],
  ];
}

function limited(words: readonly string[], { mostBytes }: LlamaCommandOptions): LlamaCommand {
  const [file = '', ...rest] = words;
  if (process.platform === 'win32') return { file, arguments: rest, environment: ENVIRONMENT };
  const kibibytes = String(Math.ceil(mostBytes / 1024));
  return { file: '/bin/sh', arguments: ['-c', LIMITED, 'sh', kibibytes, ...words], environment: ENVIRONMENT };
}

/** No network, no other processes, no files but these, nothing to write to. */
function isolation({ addon, path }: LlamaCommandOptions): string[] {
  const files = [process.execPath, ...SOURCES, dirname(addon), path];
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--new-session', '--uid', NOBODY, '--gid', NOBODY, '--hostname', 'model', '--cap-drop', 'ALL'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/bin', '/bin'],
    ...(existsSync('/lib64') ? ['--symlink', 'usr/lib64', '/lib64'] : []),
    ...['--dir', '/dev', '--dev-bind', '/dev/null', '/dev/null', '--dev-bind', '/dev/urandom', '/dev/urandom'],
    ...files.flatMap((file) => ['--ro-bind', file, file]),
    ...['--remount-ro', '/', '--chdir', '/'],
  ];
}
