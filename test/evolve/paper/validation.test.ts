import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addValidation,
  beginValidation,
  validationEstimate,
  validationTrials,
} from '../../../src/evolve/paper/validation.ts';
import { shareInterval } from '../../../src/statistics/interval.ts';
import { genome } from '../own-search.ts';

const plan = { genome: genome(), tasks: [5, 3, 8], firstRepeat: 20, repeats: 2 };
const outcome = { drafts: 1, iterations: 0, tokens: 1, seconds: 1, cost: 1 };
const outcomes = (...solved: boolean[]) => solved.map((own) => ({ ...outcome, solved: own }));

test('every task is tried once, then every task again, with repeats not used before', () => {
  const trials = validationTrials(beginValidation(plan)).map(({ task, repeat }) => [task, repeat]);
  assert.deepEqual(trials, [
    [5, 20],
    [3, 20],
    [8, 20],
    [5, 21],
    [3, 21],
    [8, 21],
  ]);
});

test('the share is a mean over tasks, told in whatever parts', () => {
  const first = addValidation(beginValidation(plan), outcomes(true, false, true, false));
  assert.deepEqual(validationTrials(first).length, 2);
  const all = addValidation(first, outcomes(false, true));
  const estimate = validationEstimate(all);
  // Task 5 in one of two, 3 in none, 8 in both.
  const { low, high } = shareInterval([0.5, 0, 1]) as { low: number; high: number };
  assert.deepEqual(estimate, { genome: genome(), solved: 0.5, low, high, trials: 6 });
});

test('what was not tried yet counts for nothing', () => {
  assert.equal(validationEstimate(beginValidation(plan)), null);
  const one = addValidation(beginValidation(plan), outcomes(true));
  assert.deepEqual(validationEstimate(one), { genome: genome(), solved: 1, low: 0, high: 1, trials: 1 });
});
