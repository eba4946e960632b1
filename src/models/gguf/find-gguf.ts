import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The file that the name after `gguf/` means: a path, else a fetched file of that name; the `.gguf` at its end may be left out. */
export function findGguf(name: string, fetchedFolder: string): string {
  const fetched = join(fetchedFolder, name);
  return [name, `${name}.gguf`, fetched, `${fetched}.gguf`].find((path) => existsSync(path)) ?? name;
}
