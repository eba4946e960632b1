import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from '../../../src/base/hash.ts';
import { genomeHash } from '../../../src/evolve/genome.ts';
import { paperStrategy } from '../../../src/evolve/paper/evolution.ts';
import type { PoolInput } from '../../../src/evolve/pool.ts';
import { arenaOf, ownPool, ownProblem, runSearch } from '../own-search.ts';

/** Hashes of all trials that the search asked for before there were further drafts. */
const BEFORE: readonly (readonly [Partial<PoolInput>, string])[] = [
  [{}, '2de0aa210df5883c83a5c2af615fa49677c26ea48bb3b83be8a62267ef4ae070'],
  [
    { policies: { detail: ['values', 'traceback'], conversation: ['fresh', 'continued'] } },
    '79bedc894cd41b96f3040c808ac935776263627a7db0de5e6207125b7b44e8dd',
  ],
];

test("the paper's search asks for the same trials as ever, whatever drafts and policies its pool allows beside the paper's", () => {
  const arena = arenaOf(({ stages }, task) => (stages.length + 1) / (5 + (task % 7)));
  for (const [input, hash] of BEFORE) {
    const policies = { ...input.policies, select: ['examples', 'agreement'] as ['examples', 'agreement'] };
    for (const pool of [ownPool(input), ownPool({ ...input, drafts: 1, policies })]) {
      const { asked } = runSearch(paperStrategy(), ownProblem({ budget: 3000, pool }), arena, { seed: 5 });
      const trials = asked.flat().map(({ genome, task, repeat }) => [genomeHash(genome), task, repeat]);
      assert.equal(hashOf(trials), hash);
    }
  }
});
