import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** First of the programs that is on the search path or stands where it says, else null. */
export function findProgram(names: readonly string[], searchPath: string): string | null {
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  const candidates = names.flatMap((name) =>
    name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name)),
  );
  return candidates.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
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
