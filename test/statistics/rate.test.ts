import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costInterval, rateDifference, rateOf, ratioInterval } from '../../src/statistics/rate.ts';

/** Student's 97.5 % quantile with one degree of freedom. */
const T1 = Math.tan(0.475 * Math.PI);

test('a rate is of all cases, and tasks without any do not narrow its interval', () => {
  const { share, ...counts } = rateOf([
    { of: 2, hits: 1 },
    { of: 0, hits: 0 },
    { of: 2, hits: 0 },
  ]);
  assert.deepEqual(counts, { of: 4, hits: 1, tasks: 2 });
  assert.ok(Math.abs(share!.mean - 0.25) < 1e-12);
  assert.deepEqual(rateOf([{ of: 0, hits: 0 }]), { of: 0, hits: 0, tasks: 0, share: null });
});

test('a ratio counts tasks without a case: 300 tokens over 2 solved', () => {
  const { mean, low, high } = ratioInterval([
    { of: 2, hits: 100 },
    { of: 0, hits: 200 },
  ])!;
  // Values 150 + (100 - 300) and 150 + 200: standard error 200.
  const expected = [150, 150 - 200 * T1, 150 + 200 * T1];
  for (const [index, value] of [mean, low, high].entries()) assert.ok(Math.abs(value - expected[index]!) < 1e-9);
  assert.equal(ratioInterval([{ of: 0, hits: 5 }]), null);
});

test('a cost is never below 0, as much too low as too high in proportion, and unknown where nothing was solved or spent', () => {
  const { mean, low, high } = costInterval([
    { of: 2, hits: 100 },
    { of: 0, hits: 200 },
  ])!;
  // A standard error of 200 of 150, in the logarithm 4 / 3.
  assert.equal(mean, 150);
  assert.ok(Math.abs(low / (150 * Math.exp((-4 / 3) * T1)) - 1) < 1e-9);
  assert.ok(Math.abs((low * high) / 150 ** 2 - 1) < 1e-9);
  assert.equal(costInterval([{ of: 0, hits: 5 }]), null);
  assert.equal(
    costInterval([
      { of: 1, hits: 0 },
      { of: 1, hits: 0 },
    ]),
    null,
  );
});

test('the difference of two rates is null where one has no case', () => {
  assert.equal(rateDifference([{ of: 1, hits: 1 }], [{ of: 0, hits: 0 }]), null);
});
