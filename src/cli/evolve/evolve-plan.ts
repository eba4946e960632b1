import { measuredBefore, secondsPerCall } from '../../analysis/forecast.ts';
import { count } from '../../base/count.ts';
import { modelsOf, type Pool } from '../../evolve/pool.ts';
import type { Split } from '../../evolve/split.ts';
import { type StrategyName, strategyNamed } from '../../evolve/strategies.ts';
import { TEXT_WIDTH, wrapped } from '../../report/text-width.ts';
import type { RunStore } from '../../runs/run-store.ts';
import { duration } from '../terminal/progress.ts';
import { type Budget, heldOutRepeats, searchBudget, USUAL_CALLS } from './evolve-budget.ts';
import type { SearchOptions } from './evolve-run.ts';

/** What a search will take, before anything is asked. */
export interface EvolvePlan {
  readonly tasks: Readonly<Record<keyof Split, number>>;
  /** Null of hours where nothing is known of the models' speed. */
  readonly heldOutRepeats: number | null;
  /** What a search may spend, without the held-out tasks. */
  readonly search: Budget;
  /** Strategies that spend as much each, to be beaten. */
  readonly against: readonly string[];
  /** About how many trials that pays for; null of hours where nothing is known of the models' speed. */
  readonly trials: number | null;
  /** Null where the trials are not known, or the strategy has no generations that can be planned. */
  readonly generations: number | null;
  /** Model time; null where nothing is known of the models' speed. */
  readonly hours: number | null;
}

export async function planEvolve(
  { budget, pool }: { readonly budget: Budget; readonly pool: Pool },
  { strategy, against }: Pick<SearchOptions, 'strategy' | 'against'>,
  split: Split,
  runs: RunStore | null,
): Promise<EvolvePlan> {
  const seconds = runs === null ? null : secondsPerCall(await measuredBefore(runs), modelsOf(pool));
  const amount = searchBudget(budget, split);
  const calls = budget.unit === 'calls' ? amount : seconds === null ? null : (3600 * amount) / seconds;
  const trials = calls === null ? null : Math.round(calls / USUAL_CALLS);
  const hours = budget.unit === 'hours' ? amount : seconds === null ? null : (amount * seconds) / 3600;
  return {
    tasks: { search: split.search.length, selection: split.selection.length, heldOut: split.heldOut.length },
    heldOutRepeats:
      split.heldOut.length === 0 ? 0 : heldOutRepeats(budget, split, seconds === null ? null : USUAL_CALLS * seconds),
    search: { amount, unit: budget.unit },
    against: [...new Set(against)],
    trials,
    generations: trials === null ? null : plannedGenerations(strategy, split, trials),
    hours,
  };
}

function plannedGenerations(strategy: StrategyName, { search, selection }: Split, trials: number): number | null {
  const tasks = { searchTasks: search, selectionTasks: selection };
  return strategyNamed(strategy).plannedGenerations?.(tasks, trials) ?? null;
}

/** The plan for people. */
export function planLines(plan: EvolvePlan): string[] {
  const { tasks, search, trials, generations, hours } = plan;
  const held =
    tasks.heldOut === 0
      ? 'none is held out'
      : `${tasks.heldOut} are held out, each run ${plan.heldOutRepeats === null ? 'as often as the budget allows' : count(plan.heldOutRepeats, 'time')}`;
  const size = trials === null ? '' : `, about ${count(trials, 'trial')}`;
  const steps = generations === null ? '' : ` in ${count(generations, 'generation')}`;
  const time =
    search.unit === 'hours'
      ? ''
      : hours === null
        ? '; how long they take is not known before a run of bench'
        : `; about ${duration(3600 * hours)} of model time`;
  const spend = search.unit === 'hours' ? `${search.amount} hours of model time` : `${search.amount} calls`;
  return [
    `tasks: ${tasks.search} to search on, ${tasks.selection} to choose finalists by, ${held}`,
    `search: ${spend}${size}${steps}${time}`,
    ...(plan.against.length === 0 ? [] : [`then, each with as much: ${plan.against.join(', ')}`]),
  ].flatMap((line) => wrapped(line, TEXT_WIDTH));
}
