import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { filesOf } from './interpreter.ts';
import { type IsolatedCommand, type IsolationParts, isRoot, NOBODY } from './isolated-command.ts';
import { ENVIRONMENT, zygoteCommand } from './zygote-command.ts';

const SYSTEM_FILES = ['/usr', '/lib', '/lib64', '/bin', '/etc/alternatives', '/etc/ld.so.cache'];
/** Threads beyond those that the user has already: the kernel counts them over all of his processes. */
const MORE_THREADS = 256;

/**
 * The isolation where no namespaces can be made: Landlock for files, the same system call filter and limits, and for root the user
 * nobody. It needs Linux 5.13 or newer.
 */
export function landlockCommands({ python, visiblePackages: packages, runner }: IsolationParts): IsolatedCommand[] {
  const user = isRoot() ? NOBODY : null;
  const readable = [...SYSTEM_FILES, ...filesOf(python), runner].filter((path) => existsSync(path));
  const threads = threadsOf(user ?? process.getuid?.() ?? NOBODY) + MORE_THREADS;
  const [file = python.path, ...words] = zygoteCommand(python, runner, { packages, threads, user: null, readable });
  return [
    {
      name: 'landlock',
      lacks: ['a limit on the disk', 'a limit on threads below 256', 'hidden file names, process ids and host name'],
      file,
      arguments: words,
      environment: ENVIRONMENT,
      user,
      needsScratch: true,
    },
  ];
}

/** How many threads a user's processes have now, as far as they can be seen. */
function threadsOf(user: number): number {
  const processes = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return processes.map((pid) => threadsIn(pid, user)).reduce((sum, count) => sum + count, 0);
}

function threadsIn(pid: string, user: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const owner = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    return owner === user ? Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0) : 0;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
