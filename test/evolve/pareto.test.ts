import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawGenomes } from '../../src/evolve/draw-genome.ts';
import { paretoFront, type Score } from '../../src/evolve/pareto.ts';
import { Random } from '../../src/statistics/random.ts';
import { POOL } from './own-strategies.ts';

const [genome] = drawGenomes(POOL, Random.of(1), 1);
assert.ok(genome !== undefined);

function score(solved: number, tokens: number, seconds: number, nodes = 1): Score {
  return { genome: genome as Score['genome'], solved, tokens, seconds, nodes, trials: 10 };
}

test('worked by hand', () => {
  const best = score(0.6, 900, 9);
  const cheap = score(0.4, 100, 1);
  const fast = score(0.5, 500, 1);
  const beaten = score(0.4, 500, 1);
  assert.deepEqual(paretoFront([cheap, beaten, best, fast]), [best, fast, cheap]);
});

test('of equals the one with fewer nodes stays, then the first', () => {
  const long = score(0.5, 100, 1, 5);
  const short = score(0.5, 100, 1, 3);
  assert.deepEqual(paretoFront([long, short, { ...short }]), [short]);
  assert.equal(paretoFront([long, short, { ...short }])[0], short);
});

test('what is on the front is beaten by none, what is not by one of the front', () => {
  const scores = fc.array(
    fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(2)).map(([a, b, c, nodes]) => score(a, b, c, nodes)),
  );
  const isAtLeast = (one: Score, other: Score) =>
    one.solved >= other.solved && one.tokens <= other.tokens && one.seconds <= other.seconds;
  fc.assert(
    fc.property(scores, (all) => {
      const front = paretoFront(all);
      for (const one of all) assert.ok(front.some((other) => isAtLeast(other, one)));
      for (const one of front) assert.ok(front.every((other) => other === one || !isAtLeast(other, one)));
    }),
  );
});
