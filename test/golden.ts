import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Asserts that a text is the one kept in a golden file. To accept new texts run the tests once with UPDATE_GOLDEN=1 in the
 * environment, which writes the files instead, and read the difference before committing it.
 */
export function assertGolden(path: string, text: string): void {
  const written = `${text.trimEnd()}\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, written);
  }
  assert.ok(existsSync(path), `${path} is missing; write it with UPDATE_GOLDEN=1`);
  assert.equal(
    written,
    readFileSync(path, 'utf8'),
    `${path} differs; if the new text is right, run with UPDATE_GOLDEN=1`,
  );
}
