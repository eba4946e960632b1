import { mean } from '../../statistics/describe.ts';
import { meanInterval } from '../../statistics/interval.ts';
import type { Schedule } from '../racing/schedule.ts';
import type { RecordedTrial, SearchRecord } from '../racing/search-record.ts';
import type { Estimate } from '../strategy.ts';

/** The race of the finalists on tasks, or repeats, that the search has not seen. */
export interface Selection {
  readonly schedule: Schedule;
  /** Repeats below this one were the search's. */
  readonly firstRepeat: number;
  readonly finalists: readonly number[];
  readonly length: number;
  /** Chance of each task of the schedule that each finalist solves it, as believed before the race. */
  readonly expected: Readonly<Record<number, readonly number[]>>;
}

/** Trials of its own that weigh as much as those of all finalists together in the correction of a champion's score. */
const CORRECTION_TRIALS = 200;

/**
 * The champion's score as believed before the race, put right by what the race showed: search believes too much of what it picks,
 * and about as much too much of every finalist.
 */
export function corrected(
  believed: Estimate | null,
  champion: number | undefined,
  { trials }: SearchRecord,
  selection: Selection,
): Estimate | null {
  if (believed === null || champion === undefined) return believed;
  const surprises = surprisesOf(trials, selection);
  const own = surprises.filter(({ genome }) => genome === champion);
  const all = mean(surprises.map(({ surprise }) => surprise));
  const ownMean = mean(own.map(({ surprise }) => surprise));
  if (all === null || ownMean === null) return believed;
  const weight = own.length / (own.length + CORRECTION_TRIALS);
  const center = (mean(selection.expected[champion] ?? []) ?? 0) + weight * ownMean + (1 - weight) * all;
  const solved = Math.min(1, Math.max(0, center));
  const margin = marginOf(own);
  const [low, high] = [Math.max(0, solved - margin), Math.min(1, solved + margin)];
  return { ...believed, solved, low, high, trials: trials.length };
}

/** A trial of the race, and how much more it solved than was believed. */
type Surprise = RecordedTrial & { readonly surprise: number };

function surprisesOf(trials: readonly RecordedTrial[], { schedule, expected }: Selection): Surprise[] {
  const places = new Map(schedule.map((task, place) => [task, place]));
  return trials.map((trial) => {
    const believed = expected[trial.genome]?.[places.get(trial.task) ?? 0] ?? 0;
    return { ...trial, surprise: Number(trial.solved) - believed };
  });
}

/** Half of the 95 % interval of a genome's mean surprise, over its tasks. */
function marginOf(own: readonly Surprise[]): number {
  const byTask = [...Map.groupBy(own, ({ task }) => task).values()];
  const interval = meanInterval(byTask.map((draws) => mean(draws.map(({ surprise }) => surprise)) ?? 0));
  return interval === null ? 1 : (interval.high - interval.low) / 2;
}

/** The trials of the finalists' race alone, their repeats counted from 0. */
export function finalRecord(record: SearchRecord, { schedule, firstRepeat }: Selection): SearchRecord {
  const tasks = new Set(schedule);
  const trials = record.trials.filter(({ task, repeat }) => tasks.has(task) && repeat >= firstRepeat);
  return { ...record, trials: trials.map((trial) => ({ ...trial, repeat: trial.repeat - firstRepeat })) };
}
