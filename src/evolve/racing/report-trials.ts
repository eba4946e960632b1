import { mean } from '../../statistics/describe.ts';
import { estimateOf } from '../estimate.ts';
import type { Estimate, SearchProblem } from '../strategy.ts';
import { genomeAt, type PlannedTrial, type RecordedTrial, type SearchRecord } from './search-record.ts';

/**
 * Trials that no choice was made with, for the score that a search reports: each selection task once, then again; where there are
 * none, search tasks in repeats beyond those of the search.
 */
export function reportTrials(
  { selectionTasks, searchTasks }: SearchProblem,
  record: SearchRecord,
  options: { genome: number; from: number; most: number },
): PlannedTrial[] {
  const tasks = selectionTasks.length > 0 ? selectionTasks : searchTasks;
  const used = record.trials.slice(0, options.from).reduce((most, { repeat }) => Math.max(most, repeat + 1), 0);
  const first = selectionTasks.length > 0 ? 0 : used;
  const done = record.trials.length - options.from;
  return Array.from({ length: tasks.length === 0 ? 0 : options.most }, (_, index) => ({
    genome: options.genome,
    task: tasks[(done + index) % tasks.length] ?? 0,
    repeat: first + Math.floor((done + index) / tasks.length),
  }));
}

/** What trials say of a genome: the share of tasks it solves, each task counting once; null of no trial. */
export function estimateFrom(record: SearchRecord, place: number, trials: readonly RecordedTrial[]): Estimate | null {
  const own = trials.filter(({ genome }) => genome === place);
  const tasks = Map.groupBy(own, ({ task }) => task);
  const shares = [...tasks.values()].map((draws) => mean(draws.map(({ solved }) => Number(solved))) ?? 0);
  return own.length === 0 ? null : estimateOf(genomeAt(record, place), shares, own.length);
}
