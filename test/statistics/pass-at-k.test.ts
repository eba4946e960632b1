import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { passAtK } from '../../src/statistics/pass-at-k.ts';

test('pass@k worked by hand', () => {
  // 1 - C(7, 1) / C(10, 1) = 3 / 10
  assert.ok(Math.abs((passAtK(10, 3, 1) ?? 0) - 0.3) < 1e-12);
  // 1 - C(7, 5) / C(10, 5) = 1 - 21 / 252 = 11 / 12
  assert.ok(Math.abs((passAtK(10, 3, 5) ?? 0) - 11 / 12) < 1e-12);
  // Fewer than 9 of 10 draws fail, so that any 9 hold a pass.
  assert.equal(passAtK(10, 3, 9), 1);
  assert.equal(passAtK(10, 0, 10), 0);
  assert.equal(passAtK(1, 1, 1), 1);
  assert.equal(passAtK(9, 9, 10), null);
});

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i += 1) value = (value * (n - k + i)) / i;
  return k > n ? 0 : Math.round(value);
}

/** Every way to take k of the draws, counted one by one. */
function byEnumeration(draws: number, passed: number, k: number): number {
  let [all, hits] = [0, 0];
  for (let chosen = 0; chosen < 1 << draws; chosen += 1) {
    const taken = Array.from({ length: draws }, (_, index) => index).filter((index) => chosen & (1 << index));
    if (taken.length !== k) continue;
    all += 1;
    hits += Number(taken.some((index) => index < passed));
  }
  return hits / all;
}

const cases = (most: number) =>
  fc
    .integer({ min: 1, max: most })
    .chain((draws) =>
      fc.tuple(fc.constant(draws), fc.integer({ min: 0, max: draws }), fc.integer({ min: 1, max: draws })),
    );

test('pass@k is 1 - C(n - c, k) / C(n, k)', () => {
  fc.assert(
    fc.property(cases(30), ([draws, passed, k]) => {
      const direct = 1 - binomial(draws - passed, k) / binomial(draws, k);
      assert.ok(Math.abs((passAtK(draws, passed, k) ?? Number.NaN) - direct) < 1e-9);
    }),
  );
});

test('pass@k is the share of all ways to take k draws that hold a pass', () => {
  fc.assert(
    fc.property(cases(8), ([draws, passed, k]) => {
      assert.ok(Math.abs((passAtK(draws, passed, k) ?? Number.NaN) - byEnumeration(draws, passed, k)) < 1e-12);
    }),
    { numRuns: 60 },
  );
});
