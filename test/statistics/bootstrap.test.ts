import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bootstrapInterval } from '../../src/statistics/bootstrap.ts';
import { meanInterval } from '../../src/statistics/interval.ts';

test('of two values the means of samples are those two and their middle; of equal values it is unknown', () => {
  // A quarter is more than 2.5 %, so both ends are the values themselves.
  assert.deepEqual(bootstrapInterval([0, 1]), { mean: 0.5, low: 0, high: 1 });
  assert.deepEqual([[], [1], [0.25, 0.25, 0.25]].map(bootstrapInterval), [null, null, null]);
});

test('of many tasks it is about the analytic one', () => {
  // 1, 2, ... 200 fifths of a share.
  const values = Array.from({ length: 200 }, (_, index) => ((index * 7) % 6) / 5);
  const [own, other] = [bootstrapInterval(values)!, meanInterval(values)!];
  const width = other.high - other.low;
  assert.ok(Math.abs(own.low - other.low) < 0.05 * width && Math.abs(own.high - other.high) < 0.05 * width);
});

test('it is between the least and the greatest value, and the same each time', () => {
  const shares = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 })
    .filter((values) => new Set(values).size > 1);
  fc.assert(
    fc.property(shares, (values) => {
      const interval = bootstrapInterval(values)!;
      assert.ok(interval.low >= Math.min(...values) - 1e-12 && interval.high <= Math.max(...values) + 1e-12);
      assert.ok(interval.low <= interval.high);
      assert.deepEqual(bootstrapInterval(values), interval);
    }),
    { numRuns: 20 },
  );
});
