import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mean, standardDeviation } from '../../src/statistics/describe.ts';

function near(actual: number | null, expected: number): void {
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);
}

test('mean', () => {
  assert.equal(mean([]), null);
  assert.equal(mean([5]), 5);
  // (81 + 77 + 79 + 74 + 72) / 5 = 383 / 5
  near(mean([81, 77, 79, 74, 72]), 76.6);
});

test('the sample standard deviation', () => {
  assert.equal(standardDeviation([]), null);
  assert.equal(standardDeviation([5]), null);
  assert.equal(standardDeviation([5, 5, 5]), 0);
  // Mean 5; 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; 32 / 7
  near(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7));
  // Deviations from 76.6: 4.4, 0.4, 2.4, -2.6, -4.6; squares 19.36 + 0.16 + 5.76 + 6.76 + 21.16 = 53.2; 53.2 / 4 = 13.3
  near(standardDeviation([81, 77, 79, 74, 72]), Math.sqrt(13.3));
});

test('adding a constant moves the mean and leaves the deviation', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.integer({ min: -1000, max: 1000 }), (list, shift) => {
      const moved = list.map((value) => value + shift);
      assert.ok(Math.abs((mean(moved) ?? 0) - (mean(list) ?? 0) - shift) < 1e-9);
      assert.ok(Math.abs((standardDeviation(moved) ?? 0) - (standardDeviation(list) ?? 0)) < 1e-9);
    }),
  );
});
