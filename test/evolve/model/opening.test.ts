import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawOpening } from '../../../src/evolve/model/opening.ts';
import { Random } from '../../../src/statistics/random.ts';
import { ownPool, SINGLE } from '../own-search.ts';

test('a search begins with pipelines of one stage that have each model about as often in each role', () => {
  const opening = drawOpening(ownPool({ drafts: 0 }), Random.of(1), 9);
  assert.equal(opening.length, 9);
  const counts = (models: readonly (string | undefined)[]) =>
    [...Map.groupBy(models, String).values()].map((own) => own.length);
  assert.deepEqual(counts(opening.map(({ generator }) => generator.model)), [3, 3, 3]);
  assert.deepEqual(counts(opening.map(({ stages }) => stages[0]?.refiner.model)), [3, 3, 3]);
  assert.ok(opening.every(({ stages }) => stages.length === 1));
});

test('of a pool of one pipeline it is that one', () => {
  assert.equal(drawOpening(SINGLE, Random.of(1), 12).length, 1);
});
