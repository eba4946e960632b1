import { measuredBefore, secondsPerCall } from '../../analysis/forecast.ts';
import { count } from '../../base/count.ts';
import { modelsOf, type Pool } from '../../evolve/pool.ts';
import type { Split } from '../../evolve/split.ts';
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
  /** Of the paper's search, where the trials are known; others have none that are planned. */
  readonly generations: number | null;
  /** Model time; null where nothing is known of the models' speed. */
  readonly hours: number | null;
}

/** Genomes and tasks of a generation of the paper's search, how many generations that has, and repeats of its validation. */
const PAPER = { genomes: 20, tasks: 25, generations: 20, repeats: 5 } as const;

export function planEvolve(
  { budget, pool }: { readonly budget: Budget; readonly pool: Pool },
  { strategy, against }: Pick<SearchOptions, 'strategy' | 'against'>,
  split: Split,
  runs: RunStore | null,
): EvolvePlan {
  const seconds = runs === null ? null : secondsPerCall(measuredBefore(runs), modelsOf(pool));
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
    generations: strategy === 'paper' && trials !== null ? paperGenerations(trials, split) : null,
    hours,
  };
}

/** As many as the trials pay for that validation leaves, which is half of them at least. */
function paperGenerations(trials: number, { search, selection }: Split): number {
  const validation = PAPER.repeats * (search.length + selection.length);
  const left = trials - Math.min(validation, trials / 2);
  const whole = Math.floor(left / (PAPER.genomes * Math.min(PAPER.tasks, search.length)));
  return Math.min(PAPER.generations, Math.max(1, whole));
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
