import type { Looks } from '../runs/looks.ts';
import type { TrialFacts } from '../runs/trial-facts.ts';
import { type Comparison, compareAll } from './comparison.ts';
import type { PipelineResult } from './pipeline-results.ts';

/** One pipeline against another. */
export interface Separation extends Comparison {
  /** Mean of solved tasks less that of the baseline; null where one has no whole repeat. */
  readonly solvedDifference: number | null;
  /**
   * The paper's "sigma": that difference over the root of the summed variances of the runs' solved counts. An effect size, not a
   * test; null of single runs, or of runs that are all alike.
   */
  readonly paperSigma: number | null;
}

/** Every pipeline against each one before it, with p-values corrected for all of them together. */
export function separationsOf(
  results: readonly PipelineResult[],
  trials: readonly TrialFacts[],
  looks?: Looks,
): Separation[] {
  const names = results.map(({ pipeline }) => pipeline);
  const solvedOf = (name: string) => results.find(({ pipeline }) => pipeline === name)?.solved ?? NOT_SOLVED;
  return compareAll(names, trials, looks && { looks }).map((comparison) => {
    const [own, other] = [solvedOf(comparison.pipeline), solvedOf(comparison.baseline)];
    const solvedDifference = own.mean === null || other.mean === null ? null : own.mean - other.mean;
    return { ...comparison, solvedDifference, paperSigma: sigmaOf(solvedDifference, own.sd, other.sd) };
  });
}

const NOT_SOLVED = { mean: null, sd: null } as const;

/** A difference of means over the root of the summed variances, given both standard deviations; null where one is unknown, or both are 0. */
export function sigmaOf(difference: number | null, a: number | null, b: number | null): number | null {
  if (difference === null || a === null || b === null) return null;
  const deviation = Math.hypot(a, b);
  return deviation === 0 ? null : difference / deviation;
}
