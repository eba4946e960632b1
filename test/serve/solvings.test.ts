import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { Solving } from '../../src/serve/mcp/solving.ts';
import { Solvings } from '../../src/serve/mcp/solvings.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';

const task = readFreeTask('Write a function `double(x)`.');
const SHORT = { seconds: 0.01, watch: () => {} };

/** Work that never ends by itself. */
async function* endless(signal: AbortSignal, onStop: () => void = () => {}) {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    onStop();
    reject(signal.reason);
  });
  yield await promise;
}

/** Work that ends at once, with nothing. */
async function* empty() {}

test('one that nobody asks for is stopped and forgotten, and asking for it keeps it', async () => {
  const solvings = new Solvings({ keepSeconds: 0.3 });
  const stopped = Promise.withResolvers<void>();
  const solving = solvings.begin(() => new Solving(task, (signal) => endless(signal, stopped.resolve)));
  const { signal } = new AbortController();
  for (let look = 0; look < 20; look += 1) {
    assert.equal(await solvings.wait(solvings.find(solving.handle), { ...SHORT, seconds: 0.05, signal }), null);
  }
  await stopped.promise;
  assert.throws(() => solvings.find(solving.handle), Refusal);
});

test('the oldest that has ended makes room; where all are under way another is refused', async () => {
  const solvings = new Solvings({ most: 3 });
  const { signal } = new AbortController();
  const working = solvings.begin(() => new Solving(task, endless));
  const [first, second] = [1, 2].map(() => solvings.begin(() => new Solving(task, empty)));
  for (const solving of [first!, second!]) await solvings.wait(solving, { ...SHORT, signal });
  solvings.begin(() => new Solving(task, endless));
  assert.throws(() => solvings.find(first!.handle), Refusal);
  assert.equal(solvings.find(second!.handle), second);
  assert.equal(solvings.find(working.handle), working);
  solvings.begin(() => new Solving(task, endless));
  let begun = 0;
  const begin = () => {
    begun += 1;
    return new Solving(task, endless);
  };
  assert.throws(() => solvings.begin(begin), /^Refusal: 3 tasks are being solved already; /);
  assert.equal(begun, 0);
  await solvings.close();
});

test('closing stops all that is under way', async () => {
  const solvings = new Solvings();
  let stops = 0;
  for (let number = 0; number < 5; number += 1) {
    solvings.begin(() => new Solving(task, (signal) => endless(signal, () => (stops += 1))));
  }
  await solvings.close();
  assert.equal(stops, 5);
});

test('one that is waited for twice is stopped by whoever cancels', async () => {
  const solvings = new Solvings();
  const solving = solvings.begin(() => new Solving(task, endless));
  const cancel = new AbortController();
  const other = solvings.wait(solving, { seconds: 60, watch: () => {}, signal: new AbortController().signal });
  const cancelled = solvings.wait(solving, { seconds: 60, watch: () => {}, signal: cancel.signal });
  cancel.abort(new Error('cancelled'));
  await assert.rejects(cancelled, /cancelled/);
  assert.ok('error' in (await other)!);
});
