import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holm } from '../../src/statistics/holm.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);
}

test('worked by hand', () => {
  assert.equal(signFlipTest([]), 1);
  assert.equal(signFlipTest([0, 0]), 1);
  // 3, 2, 1: of the eight sums 6 4 2 0 0 -2 -4 -6 two are 6 from zero.
  near(signFlipTest([3, 2, 1]), 2 / 8);
  // 3, 2, -1 has the sum 4: 6, 4, -4, -6.
  near(signFlipTest([3, 2, -1]), 4 / 8);
});

test("with one repeat it is McNemar's exact test", () => {
  // 9 tasks gained, 2 lost: 2 x (1 + 11 + 55) / 2048
  near(signFlipTest([...new Array<number>(9).fill(1), -1, -1, 0, 0, 0]), (2 * (1 + 11 + 55)) / 2048);
});

test('the same as counting all signs', () => {
  const differences = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 10 });
  fc.assert(
    fc.property(differences, (values) => {
      const observed = Math.abs(values.reduce((sum, value) => sum + value, 0));
      let extreme = 0;
      for (let signs = 0; signs < 2 ** values.length; signs += 1) {
        const sum = values.reduce((total, value, index) => total + ((signs >> index) & 1 ? value : -value), 0);
        extreme += Number(Math.abs(sum) >= observed);
      }
      near(signFlipTest(values), extreme / 2 ** values.length);
      near(signFlipTest(values.map((value) => -value)), signFlipTest(values));
    }),
  );
});

test('of many tasks it is what the normal distribution gives', () => {
  // 500 times 2 and 500 times -1: sum 500, variance 500 x 4 + 500 x 1 = 2500, so 499.5 (half a step less) is 9.99 deviations
  // away; 550 times 1 and 450 times -1: 100 of variance 1000; steps are 2 apart, (100 - 1) / 31.623 = 3.1307, p 0.001744.
  const many = (count: number, value: number) => new Array<number>(count).fill(value);
  assert.ok(signFlipTest([...many(500, 2), ...many(500, -1)]) < 1e-20);
  const p = signFlipTest([...many(550, 1), ...many(450, -1)]);
  assert.ok(Math.abs(p - 0.001744) < 0.00002, `${p}`);
});

test("Holm's correction worked by hand, in any order", () => {
  // 0.01 x 4, 0.02 x 3, 0.03 x 2 = 0.06 but not below the one before, 0.5
  const corrected = holm([0.03, 0.5, 0.01, 0.02]);
  [0.06, 0.5, 0.04, 0.06].forEach((expected, index) => {
    near(corrected[index] ?? -1, expected);
  });
  assert.deepEqual(holm([]), []);
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
});
