import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Genome } from '../../../src/evolve/genome.ts';
import { assignSpecies, genomeDistance, speciate } from '../../../src/evolve/paper/species.ts';
import { drawGenome } from '../../../src/evolve/variation.ts';
import { contextOf, genome, ownPool, pools, role, stage } from '../own-search.ts';

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, expected ${expected}`);
}

function population(seed: number, pool = ownPool()): Genome[] {
  const context = contextOf(pool, seed);
  return Array.from({ length: 20 }, () => drawGenome(context));
}

test('the distance of two genomes, worked by hand', () => {
  const first = genome([stage(1, { iterations: 3, analyzer: role('b'), refiner: role('a', { temperature: 0.2 }) })]);
  const second = genome(
    [stage(2, { iterations: 1, refiner: role('c', { prompt: 'minimal', temperature: 0.5 }) }), stage(3)],
    { generator: role('b', { prompt: { text: 'Write.' } }) },
  );
  // One stage more 1.0; one analyzer more 0.5; two models 0.8; two prompts 0.4; temperatures 0 and 0.3: 0.03; iterations 2: 0.2.
  near(genomeDistance(first, second), 1 + 0.5 + 0.8 + 0.4 + 0.03 + 0.2);
});

test('a role that is in both is compared, and a policy that differs is worth a prompt', () => {
  const first = genome([stage(1, { analyzer: role('a') })]);
  const second = genome([stage(1, { analyzer: role('b', { prompt: 'trace' }) })], {
    policies: { ...first.policies, repair: ['context'] },
  });
  near(genomeDistance(first, second), 0.4 + 0.2 + 0.2);
});

test('a distance is the same from both ends, and 0 to itself', () => {
  fc.assert(
    fc.property(pools, fc.nat(), (pool, seed) => {
      const [first, second] = population(seed, pool) as [Genome, Genome];
      assert.equal(genomeDistance(first, second), genomeDistance(second, first));
      assert.equal(genomeDistance(first, structuredClone(first)), 0);
      assert.ok(genomeDistance(first, second) >= 0);
    }),
    { seed: 1 },
  );
});

test('a genome joins the first species it is near enough to, or founds one; a species without members ends', () => {
  const [solo, one, three] = [genome(), genome([stage(1)]), genome([stage(1), stage(2), stage(3)])];
  const warm = genome([], { generator: role('a', { temperature: 0.9 }) });
  const known = [
    { representative: three, members: [7], record: { fitness: 5, generation: 2 } },
    { representative: solo, members: [8], record: { fitness: 4, generation: 1 } },
  ];
  // From solo: warm 0.06, one 1.0; a threshold of 1 leaves `one` outside.
  assert.deepEqual(assignSpecies([warm, one, solo], known, 1), [
    { representative: solo, members: [0, 2], record: { fitness: 4, generation: 1 } },
    { representative: one, members: [1], record: null },
  ]);
});

test('the threshold moves up and down until there are three to five species', () => {
  for (let seed = 0; seed < 50; seed++) {
    const own = population(seed);
    const shrunk = speciate(own, [], 50);
    const grown = speciate(own, [], 0.01);
    for (const { species } of [shrunk, grown]) assert.ok(species.length >= 3 && species.length <= 5, `${seed}`);
    assert.ok(shrunk.threshold < 50 && grown.threshold > 0.01);
  }
});

test('every member is in one species, and there are three to five where any threshold gives as many', () => {
  fc.assert(
    fc.property(pools, fc.nat(), (pool, seed) => {
      const first = speciate(population(seed, pool), [], 1);
      const second = population(seed + 1, pool);
      const { species } = speciate(second, first.species, first.threshold);
      const members = species.flatMap((own) => own.members).sort((a, b) => a - b);
      assert.deepEqual(members, [...Array(20).keys()]);
      // Only where a threshold passes one of these distances does it cut otherwise.
      const centers = [...second, ...first.species.map(({ representative }) => representative)];
      const distances = centers.flatMap((one) => second.map((other) => genomeDistance(one, other) + 1e-9));
      const counts = [...new Set(distances)].map((threshold) => assignSpecies(second, first.species, threshold).length);
      const isPossible = counts.some((count) => count >= 3 && count <= 5);
      assert.equal(species.length >= 3 && species.length <= 5, isPossible, `${species.length} of ${counts}`);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test('equal genomes are one species', () => {
  assert.equal(speciate(Array<Genome>(20).fill(genome()), [], 1).species.length, 1);
});
