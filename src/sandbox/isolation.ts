import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SandboxFault } from '../base/errors.ts';

/** How to start the zygote isolated. */
export interface IsolatedCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  /** The user to start it as; null keeps the present one. */
  readonly user: number | null;
}

const SCRATCH_BYTES = 64 << 20;
const NOBODY = 65534;

// Imported before the first fork: what generated code uses most. Each module more makes every fork dearer.
const PRELOADED = [
  'math',
  're',
  'typing',
  'collections',
  'itertools',
  'functools',
  'string',
  'heapq',
  'bisect',
  'copy',
];

/** The bubblewrap command for the runner folder and an interpreter: no network, no other processes, nothing writable but a small /tmp. */
export function bubblewrapCommand(bubblewrap: string, python: string, runner: string): IsolatedCommand {
  const options = bubblewrapOptions(python, runner);
  const zygote = [python, '-s', '-S', '-B', '/runner/zygote.py', PRELOADED.join(',')];
  const user =
    isRoot() && runsAs(NOBODY, bubblewrap, [...options, python, '-c', 'open("/runner/zygote.py")']) ? NOBODY : null;
  return { file: bubblewrap, arguments: [...options, ...zygote], user };
}

/** Root is exempt from the limit on threads, inside too, and owns what it can see there: it starts the sandbox as nobody where it can. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function runsAs(user: number, file: string, args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { uid: user, gid: user, env: {}, stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

function bubblewrapOptions(python: string, runner: string): string[] {
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--new-session', '--clearenv', '--setenv', 'LANG', 'C.UTF-8', '--setenv', 'PYTHONHASHSEED', '0'],
    ...['--uid', String(NOBODY), '--gid', String(NOBODY), '--hostname', 'sandbox', '--cap-drop', 'ALL'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/bin', '/bin'],
    ...(existsSync('/lib64') ? ['--symlink', 'usr/lib64', '/lib64'] : []),
    ...['--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
    ...(python.startsWith('/usr/') ? [] : installationOf(python)),
    ...['--dir', '/dev', '--dev-bind', '/dev/null', '/dev/null', '--dev-bind', '/dev/urandom', '/dev/urandom'],
    ...['--ro-bind', runner, '/runner', '--size', String(SCRATCH_BYTES), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/tmp'],
  ];
}

/** First of the programs that is on the search path or stands where it says, else null. */
export function findProgram(names: readonly string[], searchPath: string): string | null {
  const candidates = names.flatMap((name) =>
    name.startsWith('/') ? [name] : searchPath.split(':').map((folder) => join(folder, name)),
  );
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** The real interpreter behind a name such as `python3`: a version manager's stand-in is a shell script that cannot run inside. */
export function realInterpreter(python: string): { path: string; version: string } {
  try {
    const answer = execFileSync(python, ['-I', '-c', 'import sys; print(sys.executable, *sys.version_info[:3])'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [path = python, ...version] = answer.trim().split(' ');
    return { path: realpathSync(path), version: version.join('.') };
  } catch (cause) {
    throw new SandboxFault(`${python} does not run; install Python 3.10 or newer (Debian: apt install python3)`, {
      cause,
    });
  }
}

/** Shows an interpreter that is not under /usr, and its library; what else is in that folder may be somebody's home. */
function installationOf(python: string): string[] {
  const libraries = ['lib', 'lib64'].map((name) => join(dirname(dirname(python)), name));
  return ['--ro-bind', python, python, ...libraries.flatMap((folder) => ['--ro-bind-try', folder, folder])];
}
