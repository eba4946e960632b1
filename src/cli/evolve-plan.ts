import { modelsOf, type Pool } from '../evolve/pool.ts';
import type { Split } from '../evolve/split.ts';
import { measuredBefore, secondsPerCall } from '../experiment/forecast.ts';
import type { RunStore } from '../ledger/run-store.ts';
import { type Budget, heldOutRepeats, type SearchOptions, searchBudget, USUAL_CALLS } from './evolve-run.ts';
import { duration } from './progress.ts';
import { TABLE_WIDTH, wrapped } from './table.ts';

/** What a search will take, before anything is asked. */
export interface EvolvePlan {
  readonly tasks: Readonly<Record<keyof Split, number>>;
  readonly heldOutRepeats: number;
  /** What the search may spend, without the held-out tasks. */
  readonly search: Budget;
  /** About how many trials that pays for; null of hours where nothing is known of the models' speed. */
  readonly trials: number | null;
  /** Of the paper's search, where the trials are known; others have none that are planned. */
  readonly generations: number | null;
  /** Model time; null where nothing is known of the models' speed. */
  readonly hours: number | null;
}

/** Trials of a generation of the paper's search, and how many generations that has. */
const PAPER = { trials: 20 * 25, generations: 20 } as const;

export function planEvolve(
  { budget, pool }: { readonly budget: Budget; readonly pool: Pool },
  { strategy }: Pick<SearchOptions, 'strategy'>,
  split: Split,
  runs: RunStore | null,
): EvolvePlan {
  const seconds = runs === null ? null : secondsPerCall(measuredBefore(runs), modelsOf(pool));
  const amount = searchBudget(budget, split);
  const calls = budget.unit === 'calls' ? amount : seconds === null ? null : (3600 * amount) / seconds;
  const trials = calls === null ? null : Math.round(calls / USUAL_CALLS);
  const hours = budget.unit === 'hours' ? amount : seconds === null ? null : (amount * seconds) / 3600;
  const isPaper = strategy === 'paper' && trials !== null;
  return {
    tasks: { search: split.search.length, selection: split.selection.length, heldOut: split.heldOut.length },
    heldOutRepeats: split.heldOut.length === 0 ? 0 : heldOutRepeats(budget, split),
    search: { amount, unit: budget.unit },
    trials,
    generations: isPaper ? Math.min(PAPER.generations, Math.max(1, Math.floor(trials / PAPER.trials))) : null,
    hours,
  };
}

/** The plan for people. */
export function planLines(plan: EvolvePlan): string[] {
  const { tasks, search, trials, generations, hours } = plan;
  const held =
    tasks.heldOut === 0 ? 'none is held out' : `${tasks.heldOut} are held out, each run ${plan.heldOutRepeats} times`;
  const size = trials === null ? '' : `, about ${trials} trials`;
  const steps = generations === null ? '' : ` in ${generations} generations`;
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
  ].flatMap((line) => wrapped(line, TABLE_WIDTH));
}
