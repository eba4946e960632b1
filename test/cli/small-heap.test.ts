import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const MODULE = JSON.stringify(join(import.meta.dirname, '../../src/cli/small-heap.ts'));

/** Keeps many objects alive for a while, with pauses as a run has them, and says how large the heap has become, and the space for young objects. */
const PROGRAM = `
  import { setImmediate } from 'node:timers/promises';
  import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
  if (process.argv[1] === 'small') (await import(${MODULE})).keepHeapSmall();
  const live = [];
  let most = 0;
  for (let made = 0; made < 4_000_000; made += 1) {
    live[made % 200_000] = { number: [made, String(made)] };
    if (made % 5000 !== 0) continue;
    await setImmediate();
    most = Math.max(most, getHeapStatistics().total_heap_size);
  }
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  console.log(JSON.stringify({ heap: most / 2 ** 20, young: young / 2 ** 20 }));
`;

async function mebibytes(word: string): Promise<{ heap: number; young: number }> {
  const words = ['--input-type=module', '--eval', PROGRAM, word];
  return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout);
}

test('the heap of a process that makes many objects stays small, and its young generation', async () => {
  const [small, usual] = [await mebibytes('small'), await mebibytes('usual')];
  const seen = JSON.stringify({ small, usual });
  assert.ok(small.young <= 32 && usual.young > 32, seen);
  assert.ok(small.heap < 0.75 * usual.heap, seen);
});
