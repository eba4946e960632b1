import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldOutRepeats, searchBudget, splitFor } from '../../src/evolve/budget.ts';

function splitOf(tasks: number, strategy: 'race' | 'paper' = 'race', against: readonly 'random'[] = []) {
  const difficulty = Array.from({ length: tasks }, (_, place) => place / tasks);
  return splitFor({ strategy, against, seed: 1 }, difficulty);
}

const calls = (amount: number) => ({ amount, unit: 'calls' }) as const;
const hours = (amount: number) => ({ amount, unit: 'hours' }) as const;

test('a fifth of the budget is for the held-out tasks, and of calls at least two for each', () => {
  const split = splitOf(40);
  assert.equal(split.heldOut.length, 10);
  assert.equal(searchBudget(calls(1000), split), 800);
  assert.equal(heldOutRepeats(calls(1000), split, null), 5);
  assert.equal(heldOutRepeats(calls(300), split, null), 3);
  assert.equal(searchBudget(calls(80), split), 60);
  assert.equal(heldOutRepeats(calls(80), split, null), 1);
  assert.equal(searchBudget(hours(2), split), 1.6);
});

test('hours run the held-out tasks as often as they pay for', () => {
  const split = splitOf(40);
  assert.equal(heldOutRepeats(hours(1), split, null), null);
  // 720 seconds for 10 tasks of 24 seconds.
  assert.equal(heldOutRepeats(hours(1), split, 24), 3);
  assert.equal(heldOutRepeats(hours(1), split, 1000), 1);
  assert.equal(heldOutRepeats(hours(1), split, 0), 5);
});

test('a budget of calls that says nothing is refused with the least that does', () => {
  const refusal = (amount: number, tasks: number, strategy: 'race' | 'paper', message: string) => {
    assert.throws(() => searchBudget(calls(amount), splitOf(tasks, strategy)), { name: 'Refusal', message });
  };
  refusal(62, 8, 'race', 'a budget of 62 calls is too small for a search and 2 held-out tasks; give 63 calls or more');
  assert.equal(Math.round(searchBudget(calls(63), splitOf(8))), 50);
  const whole = 'a budget of 131 calls is too small for a search and 41 held-out tasks; give 132 calls or more';
  refusal(131, 164, 'race', `${whole}, or fewer tasks`);
  assert.equal(searchBudget(calls(132), splitOf(164)), 50);
  refusal(1, 164, 'paper', 'a budget of 1 call is too small for a search; give 50 calls or more');
  assert.equal(searchBudget(calls(50), splitOf(164, 'paper')), 50);
});

test("the paper's search alone holds no task back, with others to beat it does", () => {
  assert.deepEqual(splitOf(8, 'paper'), { search: [0, 1, 2, 3, 4, 5, 6, 7], selection: [], heldOut: [] });
  assert.deepEqual(splitOf(8, 'paper', ['random']), splitOf(8));
  assert.throws(() => splitOf(7), { name: 'Refusal', message: '7 tasks are too few for a search; use 8 or more' });
});
