import { execFileSync } from 'node:child_process';
import { bubblewrapCommands } from './bubblewrap.ts';
import type { IsolatedCommand, IsolationParts } from './isolated-command.ts';
import { landlockCommands } from './landlock.ts';

/** The strongest isolation that works here, seen to work by starting it; null where none does. */
export function findIsolation(parts: IsolationParts): IsolatedCommand | null {
  return commandsFor(parts).find(isWorking) ?? null;
}

/** Every isolation that could work here, the strongest first. */
export function commandsFor(parts: IsolationParts): IsolatedCommand[] {
  return [...bubblewrapCommands(parts), ...landlockCommands(parts)];
}

/** Whether its zygote comes as far as its first fork. */
export function isWorking({ file, arguments: words, environment, user }: IsolatedCommand): boolean {
  const identity = user === null ? {} : { uid: user, gid: user };
  const options = { env: environment, cwd: '/', stdio: 'ignore', timeout: 10_000, ...identity } as const;
  try {
    execFileSync(file, [...words, 'try'], options);
    return true;
  } catch {
    return false;
  }
}
