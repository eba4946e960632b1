import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Interval, meanInterval, shareInterval } from '../../src/statistics/interval.ts';

function near(actual: number | undefined, expected: number, tolerance = 1e-9): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

test('of fewer than two values nothing is known', () => {
  for (const values of [[], [1]]) assert.deepEqual([meanInterval(values), shareInterval(values)], [null, null]);
});

test("the paper's five runs, with the quantile of a table of Student's t (2.776 of four degrees)", () => {
  // 81 77 79 74 72: mean 76.6, sd sqrt(13.3), margin 2.776 x 3.6469 / sqrt(5) = 4.5275
  const interval = meanInterval([81, 77, 79, 74, 72]);
  near(interval?.mean, 76.6);
  near(interval?.high, 76.6 + 4.5275, 0.005);
  near(interval?.low, 76.6 - 4.5275, 0.005);
});

test("the quantiles are those of a table of Student's t", () => {
  // n values of which half are 1: the margin over the standard error is the quantile.
  const table = { 2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 11: 2.228, 31: 2.042, 41: 2.021, 301: 1.968 };
  for (const [count, quantile] of Object.entries(table)) {
    const values = Array.from({ length: Number(count) }, (_, index) => index % 2);
    const { mean, high } = meanInterval(values) as Interval;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(squares / (values.length - 1) / values.length);
    near((high - mean) / error, quantile, 0.005);
  }
});

test("Wilson's interval where every task was drawn once", () => {
  // 4 of 10: variance of one 0.24 x 10 / 9, so 9 trials; t of 9 degrees 2.2622; ratio 5.1174 / 9 = 0.5686;
  // middle (0.4 + 0.2843) / 1.5686 = 0.43625; margin sqrt(0.5686 x 0.24 + 0.0808) / 1.5686 = 0.29712
  const interval = shareInterval([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  near(interval?.mean, 0.4);
  near(interval?.low, 0.43625 - 0.29712, 0.0005);
  near(interval?.high, 0.43625 + 0.29712, 0.0005);
});

test('tasks that all agree leave a width', () => {
  // 40 of 40: ratio 2.0227 ^ 2 / 40 = 0.10228; low = 1 - 0.10228 / 1.10228 = 0.90721
  const all = shareInterval(new Array<number>(40).fill(1));
  near(all?.low, 0.90721, 0.0005);
  near(all?.high, 1);
  const none = shareInterval(new Array<number>(40).fill(0));
  near(none?.high, 1 - 0.90721, 0.0005);
  near(none?.low, 0);
});

test('tasks that all agree leave a width, whatever the share and however it rounds', () => {
  for (const [share, count] of [
    [1 / 3, 10],
    [0.2, 40],
    [0.4, 40],
    [0.6, 164],
  ] as const) {
    const interval = shareInterval(new Array<number>(count).fill(share)) as Interval;
    assert.ok(interval.high - interval.low > 0.1, `${share}: ${interval.low} to ${interval.high}`);
  }
});

test('a share lies in its interval, the interval between 0 and 1, and turning shares round turns it round', () => {
  const shares = fc.array(fc.constantFrom(0, 0.2, 0.5, 0.8, 1), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(shares, (values) => {
      const { mean, low, high } = shareInterval(values) as Interval;
      assert.ok(0 <= low && low <= mean + 1e-12 && mean <= high + 1e-12 && high <= 1);
      const turned = shareInterval(values.map((value) => 1 - value)) as Interval;
      near(turned.low, 1 - high, 1e-9);
    }),
  );
});

test('95 of 100 intervals hold the true share, with five draws of each of forty tasks', () => {
  // A simple generator of its own, so that this test always sees the same numbers.
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const experiments = 2000;
  let held = 0;
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const shares = Array.from({ length: 40 }, () => {
      // A task's own chance is 0.1 or 0.9, evenly: the true share is 0.5.
      const chance = random() < 0.5 ? 0.1 : 0.9;
      return Array.from({ length: 5 }, () => Number(random() < chance)).reduce((sum, one) => sum + one, 0) / 5;
    });
    const { low, high } = shareInterval(shares) as Interval;
    held += Number(low <= 0.5 && 0.5 <= high);
  }
  assert.ok(held / experiments > 0.935 && held / experiments < 0.965, `${held / experiments}`);
});
