import { mean, standardDeviation } from '../../../src/statistics/describe.ts';
import type { TrialRow } from '../trial-row.ts';
import { isSolvedAfter } from './outcomes.ts';

/** What single runs over all tasks would have shown, in tasks solved. */
export interface Runs {
  readonly perRun: readonly number[];
  readonly mean: number;
  /** Null of one run. */
  readonly deviation: number | null;
  readonly best: number;
  readonly worst: number;
}

/** The runs of one pipeline: one a repeat. */
export function runsOf(rows: readonly TrialRow[], repairs: number): Runs {
  const runs = Map.groupBy(rows, ({ repeat }) => repeat);
  const perRun = [...runs]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => own.filter((row) => isSolvedAfter(row, repairs)).length);
  return {
    perRun,
    mean: mean(perRun) ?? 0,
    deviation: standardDeviation(perRun),
    best: Math.max(...perRun),
    worst: Math.min(...perRun),
  };
}
