import { measuredBefore, secondsPerCall } from '../analysis/forecast.ts';
import type { RunStore } from '../runs/run-store.ts';
import { type Budget, heldOutRepeats, searchBudget, USUAL_CALLS } from './budget.ts';
import { plainPipelines } from './plain-pipelines.ts';
import { modelsOf } from './pool.ts';
import type { SearchRequest } from './search-pipelines.ts';
import type { Split } from './split.ts';
import { type StrategyName, strategyNamed } from './strategies.ts';

/** Calls that a trial of a search takes on the landscapes of the benchmark, whatever the strategy. */
const CALLS_A_TRIAL = 3;

/** What a search will take, before anything is asked. */
export interface SearchPlan {
  readonly tasks: Readonly<Record<keyof Split, number>>;
  /** Null of hours where nothing is known of the models' speed. */
  readonly heldOutRepeats: number | null;
  /** What a search may spend, without the held-out tasks. */
  readonly search: Budget;
  /** Strategies that spend as much each, to be beaten. */
  readonly against: readonly string[];
  /** Pipelines that need no search, measured on the held-out tasks beside the budget. */
  readonly plain: readonly string[];
  /** About how many trials that pays for; null of hours where nothing is known of the models' speed. */
  readonly trials: number | null;
  /** Null where the trials are not known, or the strategy has no generations that can be planned. */
  readonly generations: number | null;
  /** Model time; null where nothing is known of the models' speed. */
  readonly hours: number | null;
}

/** Plans a search by what the models took in earlier runs, where there are some; asks no model, and refuses a budget that is too small. */
export async function planSearch(
  { budget, pool, strategy, against }: Pick<SearchRequest, 'budget' | 'pool' | 'strategy' | 'against'>,
  split: Split,
  runs: RunStore | null,
): Promise<SearchPlan> {
  const seconds = runs === null ? null : secondsPerCall(await measuredBefore(runs), modelsOf(pool));
  const amount = searchBudget(budget, split);
  const calls = budget.unit === 'calls' ? amount : seconds === null ? null : (3600 * amount) / seconds;
  const trials = calls === null ? null : Math.round(calls / CALLS_A_TRIAL);
  const hours = budget.unit === 'hours' ? amount : seconds === null ? null : (amount * seconds) / 3600;
  return {
    tasks: { search: split.search.length, selection: split.selection.length, heldOut: split.heldOut.length },
    heldOutRepeats:
      split.heldOut.length === 0 ? 0 : heldOutRepeats(budget, split, seconds === null ? null : USUAL_CALLS * seconds),
    search: { amount, unit: budget.unit },
    against: [...new Set(against)],
    plain: split.heldOut.length === 0 ? [] : plainPipelines(pool, 'examples').map(({ name }) => name),
    trials,
    generations: trials === null ? null : plannedGenerations(strategy, split, trials),
    hours,
  };
}

function plannedGenerations(strategy: StrategyName, { search, selection }: Split, trials: number): number | null {
  const tasks = { searchTasks: search, selectionTasks: selection };
  return strategyNamed(strategy).plannedGenerations?.(tasks, trials) ?? null;
}
