import { count } from '../base/count.ts';
import { Refusal } from '../base/errors.ts';
import { Random } from '../statistics/random.ts';
import { FEWEST_TASKS, type Split, splitTasks } from './split.ts';
import { type StrategyName, strategyNamed } from './strategies.ts';
import type { BudgetUnit } from './strategy.ts';

/** What each strategy may spend, its held-out trials and all. */
export interface Budget {
  readonly amount: number;
  readonly unit: BudgetUnit;
}

/** Calls that a trial is thought to take before any was seen. */
export const USUAL_CALLS = 2;
/** The part of the budget that is for the held-out tasks, and how often each of them is run. */
const HELD_OUT_SHARE = 0.2;
const MOST_REPEATS = 5;
/** Some 25 trials: of fewer nothing can be told. */
const FEWEST_CALLS = 50;

/**
 * The parts of a benchmark, given a guess of how hard each of its tasks is. A search that reports on all its tasks reserves none while
 * it is alone. With others to beat it does as they do.
 */
export function splitFor(
  { strategy, against, seed }: { strategy: StrategyName; against: readonly StrategyName[]; seed: number },
  difficulty: readonly number[],
): Split {
  if (difficulty.length < FEWEST_TASKS)
    throw new Refusal(`${count(difficulty.length, 'task')} are too few for a search; use ${FEWEST_TASKS} or more`);
  if (strategyNamed(strategy).searchesAllTasks && against.length === 0)
    return { search: [...difficulty.keys()], selection: [], heldOut: [] };
  return splitTasks(difficulty, Random.of(seed));
}

/** What a search may spend before the held-out tasks; refuses a budget of calls that leaves it too little. */
export function searchBudget(budget: Budget, { heldOut }: Split): number {
  const { amount, unit } = budget;
  const left = amount - heldOutBudget(budget, heldOut.length);
  if (unit === 'hours' || left >= FEWEST_CALLS) return left;
  const measuring = USUAL_CALLS * heldOut.length;
  const least =
    FEWEST_CALLS +
    Math.max(measuring, heldOut.length === 0 ? 0 : (FEWEST_CALLS * HELD_OUT_SHARE) / (1 - HELD_OUT_SHARE));
  const needs = heldOut.length === 0 ? 'a search' : `a search and ${count(heldOut.length, 'held-out task')}`;
  const advice = measuring > FEWEST_CALLS ? ', or fewer tasks' : '';
  throw new Refusal(
    `a budget of ${count(amount, 'call')} is too small for ${needs}; give ${Math.ceil(least)} calls or more${advice}`,
    { choice: 'search-budget' },
  );
}

/** Of calls at least one for each held-out task and a repair of it. */
function heldOutBudget({ amount, unit }: Budget, tasks: number): number {
  if (tasks === 0) return 0;
  return Math.max(HELD_OUT_SHARE * amount, unit === 'calls' ? USUAL_CALLS * tasks : 0);
}

/** How often the held-out tasks are run: of hours as often as they pay for, null where it is not known how long a trial takes. */
export function heldOutRepeats(budget: Budget, { heldOut }: Split, secondsPerTrial: number | null): number | null {
  const cost = budget.unit === 'calls' ? USUAL_CALLS : secondsPerTrial === null ? null : secondsPerTrial / 3600;
  if (cost === null) return null;
  const repeats = Math.floor(heldOutBudget(budget, heldOut.length) / Math.max(Number.EPSILON, heldOut.length * cost));
  return Math.min(MOST_REPEATS, Math.max(1, repeats));
}
