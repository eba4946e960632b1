import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { BenchmarkSummary } from './benchmark-summary.ts';
import type { Looks } from './looks.ts';
import type { TrialFacts } from './trial-facts.ts';

/** A run that has ended, or was stopped, as summaries and analyses take it. */
export interface RunFacts {
  readonly specs: readonly PipelineSpec[];
  /** In the order of the plan; fewer than planned where it was stopped. */
  readonly trials: readonly TrialFacts[];
  readonly summary: {
    readonly benchmark: BenchmarkSummary;
    readonly repeats: number;
    readonly seed: number;
    /** False where it was stopped before every trial had ended. */
    readonly complete: boolean;
    /** At its trials, besides this one; absent where there were none. */
    readonly looks?: Looks | undefined;
  };
}
