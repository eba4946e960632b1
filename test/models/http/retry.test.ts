import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sleep } from '../../../src/base/concurrency.ts';
import { ModelFault } from '../../../src/base/errors.ts';
import { HttpFailure } from '../../../src/models/http/http.ts';
import { defaultRetryPolicy, retry } from '../../../src/models/http/retry.ts';
import { countingPolicy } from '../requests.ts';

const transient = new ModelFault('unreachable', 'gone', { isTransient: true });
const lasting = new ModelFault('refused', 'no');

/** An attempt that fails with these errors in turn and then succeeds. */
function failing(...errors: readonly Error[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'done';
  };
}

function tooMany(retryAfter: string): ModelFault {
  const cause = new HttpFailure(new Response('', { status: 429, headers: { 'retry-after': retryAfter } }), '');
  return new ModelFault('refused', 'too many', { cause, isTransient: true });
}

test('a transient fault is tried again, with waits that double up to the longest', async () => {
  const policy = countingPolicy({ longestWaitSeconds: 5 });
  assert.equal(await retry(failing(...Array(4).fill(transient)), policy), 'done');
  assert.deepEqual(policy.waits, [0.5, 1, 2, 2.5]);
});

test('the fault that is left after the last attempt is thrown as it came', async () => {
  const policy = countingPolicy({ retries: 2 });
  await assert.rejects(retry(failing(...Array(3).fill(transient)), policy), (error) => error === transient);
  assert.equal(policy.waits.length, 2);
});

test('other errors are not tried again', async () => {
  for (const error of [lasting, new TypeError('a bug')]) {
    const policy = countingPolicy();
    await assert.rejects(retry(failing(error), policy), (thrown) => thrown === error);
    assert.deepEqual(policy.waits, []);
  }
});

test('Retry-After is kept to, unless it asks for too long', async () => {
  const policy = countingPolicy({ longestWaitSeconds: 30 });
  assert.equal(await retry(failing(tooMany('0'), tooMany('30')), policy), 'done');
  assert.deepEqual(policy.waits, [0, 30]);
  await assert.rejects(retry(failing(tooMany('31')), policy), /too many/);
});

test('jitter spreads a wait over all of its range', async () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(chance, fc.integer({ min: 1, max: 12 }), async (random, failures) => {
      const policy = countingPolicy({ retries: failures, random: () => random });
      await retry(failing(...Array(failures).fill(transient)), policy);
      assert.deepEqual(
        policy.waits,
        Array.from({ length: failures }, (_, index) => random * Math.min(60, 2 ** index)),
      );
    }),
    { numRuns: 50 },
  );
});

test('an abort ends a wait with its reason', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const waiting = retry(
    failing(transient),
    countingPolicy({ sleep, firstWaitSeconds: 3600, longestWaitSeconds: 3600 }),
    controller.signal,
  );
  setImmediate(() => controller.abort(reason));
  await assert.rejects(waiting, (error) => error === reason);
});

test('a server that was given up gets one attempt a request, until one succeeds', async () => {
  const health = { isGivenUp: false };
  let attempts = 0;
  const down = async () => {
    attempts += 1;
    throw new ModelFault('unreachable', 'down', { isTransient: true });
  };
  const policy = { ...defaultRetryPolicy, sleep: async () => {} };
  await assert.rejects(retry(down, policy, undefined, health));
  assert.equal(attempts, 1 + policy.retries);
  await assert.rejects(retry(down, policy, undefined, health));
  assert.equal(attempts, 2 + policy.retries);
  assert.equal(await retry(async () => 'up', policy, undefined, health), 'up');
  await assert.rejects(retry(down, policy, undefined, health));
  assert.equal(attempts, 3 + 2 * policy.retries);
});
