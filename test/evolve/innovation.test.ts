import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Innovations } from '../../src/evolve/innovation.ts';

test('within a generation the same mutation has the same number, and another another', () => {
  const innovations = Innovations.none();
  assert.equal(innovations.ofStageAfter(0), 1);
  assert.equal(innovations.ofStageAfter(1), 2);
  assert.equal(innovations.ofStageAfter(0), 1);
});

test('in the next generation the same mutation has a new number', () => {
  const innovations = Innovations.none();
  innovations.ofStageAfter(0);
  const next = innovations.ofNextGeneration();
  assert.equal(next.ofStageAfter(0), 2);
  assert.deepEqual(next.state, { last: 2, stages: [{ after: 0, innovation: 2 }] });
});

test('numbers are given once, and a ledger that went through JSON goes on where it was', () => {
  const places = fc.array(fc.nat(6), { maxLength: 30 });
  fc.assert(
    fc.property(places, places, (earlier, later) => {
      const innovations = Innovations.none();
      const given = earlier.map((after) => innovations.ofStageAfter(after));
      assert.equal(new Set(given).size, new Set(earlier).size);
      const copy = Innovations.from(JSON.parse(JSON.stringify(innovations.state)));
      assert.deepEqual(
        later.map((after) => copy.ofStageAfter(after)),
        later.map((after) => innovations.ofStageAfter(after)),
      );
      assert.deepEqual(copy.state, innovations.state);
      assert.ok(copy.ofNextGeneration().ofStageAfter(0) > Math.max(0, ...given));
    }),
  );
});
