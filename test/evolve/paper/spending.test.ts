import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSpending, affordableTrials, meanCost, NOTHING_SPENT } from '../../../src/evolve/paper/spending.ts';

const outcome = { solved: true, drafts: 1, iterations: 0, tokens: 1, seconds: 1 };

test('what a trial costs is the mean of those that were not known before', () => {
  const spending = addSpending(
    NOTHING_SPENT,
    [2, 0, 4].map((cost) => ({ ...outcome, cost })),
  );
  assert.deepEqual(spending, { spent: 6, trials: 3, paid: 2, dearest: 4 });
  assert.equal(meanCost(spending), 3);
  // 10 over 3 pays for three more.
  assert.equal(affordableTrials(spending, 10), 3);
});

test('what costs nothing is always affordable', () => {
  const spending = addSpending(NOTHING_SPENT, [{ ...outcome, cost: 0 }]);
  assert.equal(affordableTrials(spending, 1), Number.POSITIVE_INFINITY);
});
