import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differenceInterval } from '../../src/statistics/difference.ts';
import { type Interval, shareInterval } from '../../src/statistics/interval.ts';
import type { Cases } from '../../src/statistics/rate.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

function once(...hits: readonly number[]): Cases[] {
  return hits.map((own) => ({ of: 1, hits: own }));
}

function many(count: number, hits: number): number[] {
  return new Array<number>(count).fill(hits);
}

function intervalOf(cases: readonly Cases[]): Interval {
  return differenceInterval(cases) as Interval;
}

test('of fewer than two tasks nothing is known', () => {
  assert.equal(differenceInterval([]), null);
  assert.equal(differenceInterval(once(1)), null);
  assert.equal(differenceInterval([...once(1), { of: 0, hits: 0 }]), null);
});

test('without any change it is as wide as the share of tasks that may change', () => {
  const { mean, low, high } = intervalOf(once(...many(40, 0)));
  const { high: most } = shareInterval(many(40, 0)) as Interval;
  assert.deepEqual([mean, low, high], [0, -most, most]);
});

test('where every task changes it is the interval of Clopper and Pearson', () => {
  // 15 gains of 20 differences. Their chance: 50.9 to 91.3 % (Clopper and Pearson 1934). Gains less losses are twice that, less 1.
  const { low, high } = intervalOf(once(...many(15, 1), ...many(5, -1)));
  // All 20 tasks changed, which leaves the share changed some room: at least 83.9 % of tasks change.
  assert.ok(0 < low && low <= 2 * 0.509 - 1 + 0.001, `${low}`);
  near(high, 2 * 0.9134 - 1, 0.001);
});

test('where only gains came the upper end is that of the share gained', () => {
  // 3 of 40: Wilson with t of 39 degrees 2.0227 and 40 - 1 trials (the variance of a sample): 2.5 to 20.6 %.
  const { mean, low, high } = intervalOf(once(...many(3, 1), ...many(37, 0)));
  const { high: most } = shareInterval([...many(3, 1), ...many(37, 0)]) as Interval;
  near(mean, 3 / 40, 1e-12);
  near(high, most, 1e-9);
  assert.ok(low < 0 && low > -0.06, `${low}`);
});

const ANY_CASES = fc.array(
  fc.integer({ min: 1, max: 5 }).chain((of) => fc.integer({ min: -of, max: of }).map((hits) => ({ of, hits }))),
  { minLength: 2, maxLength: 40 },
);

test('it holds the difference, lies between -1 and 1, has a width, and turns round with the pipelines', () => {
  fc.assert(
    fc.property(ANY_CASES, (cases) => {
      const { mean, low, high } = intervalOf(cases);
      assert.ok(-1 <= low && low <= mean && mean <= high && high <= 1 && low < high, `${low} ${mean} ${high}`);
      const turned = intervalOf(cases.map(({ of, hits }) => ({ of, hits: -hits })));
      assert.deepEqual([turned.low + high, turned.high + low], [0, 0]);
      assert.deepEqual(intervalOf(cases), { mean, low, high });
    }),
  );
});

test('it leaves 0 out exactly where the sign-flip test rejects it', () => {
  fc.assert(
    fc.property(ANY_CASES, (cases) => {
      const { low, high } = intervalOf(cases);
      const isRejected = signFlipTest(cases.map(({ hits }) => hits)) <= 0.05;
      assert.equal(low > 0 || high < 0, isRejected);
    }),
    { numRuns: 500 },
  );
});

test('the larger the difference the higher both ends', () => {
  let before = intervalOf(once(...many(30, 0)));
  for (let gained = 1; gained <= 30; gained++) {
    const next = intervalOf(once(...many(gained, 1), ...many(30 - gained, 0)));
    assert.ok(next.low >= before.low && next.high >= before.high, `${gained} gained`);
    before = next;
  }
});
