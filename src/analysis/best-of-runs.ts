import { expectedBest } from '../statistics/expected-best.ts';
import type { PipelineResult } from './pipeline-results.ts';

/** How much a pipeline seems to solve where the best of several single runs is told in place of their mean. */
export interface BestOfRuns {
  readonly pipeline: string;
  /** Tasks solved in each whole repeat: the single runs. */
  readonly runs: readonly number[];
  readonly mean: number;
  /** For 1, 2, ... runs of these: what the best of them solves on average over all choices. */
  readonly curve: readonly {
    readonly runs: number;
    readonly best: number;
    /** Best over mean less 1; null where nothing was solved. */
    readonly excess: number | null;
  }[];
}

/** Null of fewer than two whole repeats. */
export function bestOfRuns({ pipeline, solved }: Pick<PipelineResult, 'pipeline' | 'solved'>): BestOfRuns | null {
  const { perRepeat: runs, mean } = solved;
  if (mean === null || runs.length < 2) return null;
  const curve = runs.map((_, index) => {
    const best = expectedBest(runs, index + 1) ?? mean;
    return { runs: index + 1, best, excess: mean === 0 ? null : best / mean - 1 };
  });
  return { pipeline, runs, mean, curve };
}
