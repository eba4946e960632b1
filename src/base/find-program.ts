import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

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
