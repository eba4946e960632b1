import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mean } from '../../src/statistics/describe.ts';
import { expectedBest, expectedBestOfNormal } from '../../src/statistics/expected-best.ts';

test('the best of some runs on average, by hand', () => {
  // Pairs of 1, 2, 4: (1, 2), (1, 4), (2, 4) with 2, 4, 4 as their best.
  assert.ok(Math.abs(expectedBest([4, 1, 2], 2)! - 10 / 3) < 1e-12);
  assert.equal(expectedBest([4, 1, 2], 3), 4);
  assert.equal(expectedBest([4, 1, 2], 4), null);
  assert.equal(expectedBest([], 1), null);
});

test('of normal runs it is what tables of order statistics say', () => {
  // Of two it is 1 / sqrt(pi), of three 1.5 / sqrt(pi); of ten 1.53875 (Harter 1961).
  const known = { 1: 0, 2: 1 / Math.sqrt(Math.PI), 3: 1.5 / Math.sqrt(Math.PI), 10: 1.538_753, 100: 2.507_594 };
  for (const [count, value] of Object.entries(known))
    assert.ok(Math.abs(expectedBestOfNormal(Number(count)) - value) < 1e-4, count);
});

test('it is the mean over all choices, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 9 }), fc.nat(8), (values, extra) => {
      const count = 1 + (extra % values.length);
      const best = choices(values, count).map((chosen) => Math.max(...chosen));
      assert.ok(Math.abs(expectedBest(values, count)! - mean(best)!) < 1e-9);
    }),
  );
});

function choices(values: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return values.flatMap((value, index) => choices(values.slice(index + 1), count - 1).map((rest) => [value, ...rest]));
}
