import { existsSync } from 'node:fs';
import { filesOf } from './interpreter.ts';
import { type IsolatedCommand, type IsolationParts, isRoot, NOBODY } from './isolated-command.ts';
import { sharedThreads } from './threads.ts';
import { ENVIRONMENT, zygoteCommand } from './zygote-command.ts';

const SYSTEM_FILES = ['/usr', '/lib', '/lib64', '/bin', '/etc/alternatives', '/etc/ld.so.cache'];

/**
 * The isolation where no namespaces can be made: Landlock for files, the same system call filter and limits, and for root the user
 * nobody. It needs Linux 5.13 or newer.
 */
export function landlockCommands({ python, visiblePackages: packages, runner }: IsolationParts): IsolatedCommand[] {
  const user = isRoot() ? NOBODY : null;
  const readable = [...SYSTEM_FILES, ...filesOf(python), runner].filter((path) => existsSync(path));
  const threads = sharedThreads(user ?? process.getuid?.() ?? NOBODY);
  const [file = python.path, ...words] = zygoteCommand(python, runner, {
    packages,
    threads: threads.limit,
    user: null,
    readable,
  });
  return [
    {
      name: 'landlock',
      lacks: ['a limit on the disk', 'a separate limit on threads', 'hidden file names, process ids and host name'],
      file,
      arguments: words,
      environment: ENVIRONMENT,
      user,
      needsScratch: true,
      sharedThreads: threads,
    },
  ];
}
