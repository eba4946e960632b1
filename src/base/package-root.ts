import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder that holds package.json, whether the sources or the built files run. */
export const packageRoot = dirname(dirname(import.meta.dirname));

/** The version that package.json names. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
