import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareFitness, evaluateGenome, shareFitness } from '../../../src/evolve/paper/fitness.ts';
import { genome, role, stage } from '../own-search.ts';

const outcome = { drafts: 1, iterations: 2, tokens: 10, seconds: 1, cost: 1 };

test('fitness is tasks solved less 0.02 a node', () => {
  const outcomes = [true, true, false].map((solved) => ({ ...outcome, solved }));
  // Generator, executor, analyzer, refiner: four nodes.
  const evaluation = evaluateGenome(genome([stage(1, { analyzer: role('b') })]), outcomes);
  assert.deepEqual(evaluation, { solved: 2, tasks: 3, iterations: 6, fitness: 2 - 0.08 });
});

test('the fitter comes first, and of two as fit the one with fewer iterations', () => {
  const of = (fitness: number, iterations: number) => ({ solved: 1, tasks: 2, iterations, fitness });
  const sorted = [of(1, 5), of(2, 9), of(1, 3), of(2, 1)].toSorted(compareFitness);
  assert.deepEqual(sorted, [of(2, 1), of(2, 9), of(1, 3), of(1, 5)]);
});

test('shared fitness is divided by the size of the species', () => {
  assert.equal(shareFitness(17.94, 6), 2.99);
});
