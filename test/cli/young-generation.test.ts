import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const MODULE = JSON.stringify(join(import.meta.dirname, '../../src/cli/young-generation.ts'));

/** Keeps many young objects alive, with pauses as a run has them, and says how large the space for young objects has become. */
const PROGRAM = `
  import { setImmediate } from 'node:timers/promises';
  import { getHeapSpaceStatistics } from 'node:v8';
  if (process.argv[1] === 'limited') (await import(${MODULE})).limitYoungGeneration();
  const live = [];
  for (let made = 0; made < 1_000_000; made += 1) {
    live[made % 60_000] = { number: [made, String(made)] };
    if (made % 5000 === 0) await setImmediate();
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20);
`;

async function youngMebibytes(word: string): Promise<number> {
  const words = ['--input-type=module', '--eval', PROGRAM, word];
  return Number((await promisify(execFile)(process.execPath, words)).stdout);
}

test('the young generation of a process that makes many objects stays small', async () => {
  const [limited, usual] = await Promise.all(['limited', 'usual'].map(youngMebibytes));
  assert.ok(limited! <= 32 && usual! > 32, `${limited} MiB, and without a limit ${usual}`);
});
