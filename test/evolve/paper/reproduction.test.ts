import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Genome } from '../../../src/evolve/genome.ts';
import type { Evaluated } from '../../../src/evolve/paper/fitness.ts';
import {
  apportion,
  drawWinner,
  fertileSpecies,
  reproduce,
  selectElites,
  updateRecords,
} from '../../../src/evolve/paper/reproduction.ts';
import { Random } from '../../../src/statistics/random.ts';
import { assertChance, contextOf, genome, ownPool, role, stage } from '../own-search.ts';

const DRAWS = 10_000;
const OPTIONS = { population: 20, elites: 2, tournament: 3, patience: 7 };

function member(own: Genome, fitness: number, iterations = 0): Evaluated {
  return { genome: own, evaluation: { solved: Math.round(fitness), tasks: 25, iterations, fitness } };
}

const members = [10, 20, 30, 40].map((fitness, index) =>
  member(genome([], { generator: role('a', { temperature: index / 10 }) }), fitness),
);

test('the best of four wins a tournament of three unless it is never drawn', () => {
  const random = Random.of(1);
  let [best, worst] = [0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const winner = drawWinner(members, 3, random);
    best += Number(winner === members[3]);
    worst += Number(winner === members[0]);
  }
  // 1 - (3/4)^3 = 37/64; the worst only where it is drawn three times, (1/4)^3.
  assertChance(best, DRAWS, 37 / 64, 'best');
  assertChance(worst, DRAWS, 1 / 64, 'worst');
});

test('of two as fit the one with fewer iterations wins', () => {
  const [slow, quick] = [member(genome(), 10, 5), member(genome(), 10, 2)];
  const random = Random.of(2);
  const winners = Array.from({ length: 200 }, () => drawWinner([slow, quick], 8, random));
  assert.ok(winners.filter((winner) => winner === quick).length > 190);
});

test('elites are the best genomes that differ in what they do', () => {
  const twin = member(genome([stage(9)]), 50);
  const own = member(genome([stage(1)]), 60);
  assert.deepEqual(selectElites([...members, twin, own], 2), [own.genome, members[3]?.genome]);
  assert.deepEqual(selectElites([twin, own], 2), [own.genome]);
});

test('offspring are shared out by largest remainders', () => {
  // 18 by 5, 3 and 1: 10, 6, 2. 18 by 4, 2 and 1: 10.29, 5.14, 2.57, and the one left goes to the last.
  assert.deepEqual(apportion([5, 3, 1], 18), [10, 6, 2]);
  assert.deepEqual(apportion([4, 2, 1], 18), [10, 5, 3]);
  assert.deepEqual(apportion([-0.1, -0.2], 5), [3, 2]);
  assert.deepEqual(apportion([1, -3], 5), [5, 0]);
});

test('all that is shared out is given', () => {
  const weights = fc.array(fc.double({ min: -1, max: 30, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(weights, fc.nat(40), (own, count) => {
      const shares = apportion(own, count);
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        count,
      );
      assert.ok(shares.every((share) => Number.isInteger(share) && share >= 0));
    }),
    { seed: 1 },
  );
});

test('a record is kept until it is beaten', () => {
  const species = [
    { representative: genome(), members: [0, 2], record: { fitness: 29, generation: 1 } },
    { representative: genome(), members: [1], record: { fitness: 20, generation: 2 } },
    { representative: genome(), members: [3], record: null },
  ];
  assert.deepEqual(
    updateRecords(5, members, species).map(({ record }) => record),
    [
      { fitness: 30, generation: 5 },
      { fitness: 20, generation: 2 },
      { fitness: 40, generation: 5 },
    ],
  );
});

test('a species whose record is old has no offspring, unless it is one of the two best', () => {
  const species = [0, 1, 2, 3].map((place) => ({
    representative: genome(),
    members: [place],
    record: { fitness: 41, generation: place === 1 ? 4 : 3 },
  }));
  const fertile = fertileSpecies({ number: 10, members, species }, 7);
  assert.deepEqual(
    fertile.map((own) => own.members),
    [[1], [2], [3]],
  );
});

test('the next population: elites as they were, and every species as many children as its mean fitness earns', () => {
  // Two species that no crossover mixes: with a stage and without.
  const pool = ownPool({ models: ['own/a'], stages: 1 });
  const strong = Array.from({ length: 8 }, () => member(genome([stage(1)]), 16));
  const weak = Array.from({ length: 4 }, () => member(genome(), 2));
  const species = [strong, weak].map((own, place) => ({
    representative: (own[0] as Evaluated).genome,
    members: own.map((_, index) => (place === 0 ? index : 8 + index)),
    record: { fitness: 16, generation: 0 },
  }));
  const generation = { number: 0, members: [...strong, ...weak], species };
  const made = reproduce(generation, OPTIONS, contextOf(pool, 3));
  assert.equal(made.length, 20);
  assert.deepEqual(made.slice(0, 2), [strong[0]?.genome, weak[0]?.genome]);
  // Shared fitness sums to 16 and 2, so 16 and 2 of the 18 children. Stages are lost in 18 of 100 and won in 4.
  const withStage = made.slice(2).filter(({ stages }) => stages.length === 1).length;
  assert.ok(withStage >= 9 && withStage <= 17, `${withStage}`);
});
