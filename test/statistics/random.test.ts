import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../src/statistics/random.ts';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('a state that went through JSON goes on where it was', () => {
  fc.assert(
    fc.property(seeds, fc.nat(20), (seed, drawn) => {
      const random = Random.of(seed);
      for (let count = 0; count < drawn; count++) random.word();
      const copy = Random.from(JSON.parse(JSON.stringify(random.state)));
      for (let count = 0; count < 5; count++) assert.equal(copy.word(), random.word());
      assert.deepEqual(copy.state, random.state);
    }),
  );
});

test('every word is a whole number of 32 bits, and every draw within its bounds', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 1000 }), (seed, count) => {
      const random = Random.of(seed);
      const word = random.word();
      assert.ok(Number.isInteger(word) && word >= 0 && word < 2 ** 32);
      const uniform = random.uniform();
      assert.ok(uniform >= 0 && uniform < 1);
      const below = random.below(count);
      assert.ok(Number.isInteger(below) && below >= 0 && below < count);
      assert.deepEqual([random.chance(0), random.chance(1)], [false, true]);
      assert.ok(random.state.every((part) => Number.isInteger(part) && part >= 0 && part < 2 ** 32));
    }),
  );
});

test('other seeds give other numbers, beyond 32 bits too', () => {
  const first = [0, 1, 2, 2 ** 32, 2 ** 32 + 1].map((seed) => Random.of(seed).word());
  assert.equal(new Set(first).size, first.length);
});

test('a shuffled list has the same items, and the list itself stays', () => {
  const items = [1, 2, 3, 4, 5];
  const shuffled = Random.of(3).shuffled(items);
  assert.deepEqual(items, [1, 2, 3, 4, 5]);
  assert.deepEqual(shuffled.toSorted(), items);
});

test('ten cells are about as full as each other', () => {
  const random = Random.of(5);
  const cells = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) {
    const cell = random.below(10);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  // Chi square of nine degrees of freedom is above 27.9 in one of a thousand cases.
  const chiSquare = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.ok(chiSquare < 27.9, `${chiSquare}`);
});

test('each order of three comes about as often', () => {
  const random = Random.of(6);
  const orders = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw++) {
    const order = random.shuffled(['a', 'b', 'c']).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  // Chi square of five degrees of freedom is above 20.5 in one of a thousand cases.
  const chiSquare = [...orders.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.equal(orders.size, 6);
  assert.ok(chiSquare < 20.5, `${chiSquare}`);
});

test('normal numbers have mean 0 and standard deviation 1', () => {
  const random = Random.of(7);
  const draws = Array.from({ length: 10_000 }, () => random.normal());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + draw ** 2, 0) / draws.length;
  // Four standard errors: 4 / 100 of the mean, 4 x sqrt(2 / 10000) of the variance.
  assert.ok(Math.abs(mean) < 0.04, `${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.057, `${variance}`);
});
