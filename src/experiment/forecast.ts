import { hashOf } from '../base/hash.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunListing } from './read-run.ts';
import type { PipelineSummary } from './summary.ts';

/** What measuring one pipeline will take. */
export interface Forecast {
  readonly pipeline: string;
  readonly trials: number;
  /** At least and at most; the same number twice where it was measured before. */
  readonly calls: { readonly least: number; readonly most: number };
  /** Prompt and new tokens; null where the pipeline was never measured. */
  readonly tokens: number | null;
  /** Of models and sandbox, one after the other; null likewise. */
  readonly seconds: number | null;
  /** The run that the numbers are from; null where there is none. */
  readonly run: string | null;
}

/** A run that has ended at least once, with what it says of each pipeline. */
export interface MeasuredBefore extends Pick<RunListing, 'id'> {
  readonly pipelines: readonly PipelineSummary[];
}

/** Each pipeline's trials by what they took when it was last measured, on whatever tasks; else how many calls there can be. */
export function forecast(
  pipelines: readonly PipelineSpec[],
  { trials, earlier }: { readonly trials: number; readonly earlier: readonly MeasuredBefore[] },
): Forecast[] {
  return pipelines.map((spec) => {
    const own = { pipeline: spec.name, trials };
    for (const { id, pipelines: measured } of earlier) {
      const known = measured.find((other) => other.trials > 0 && isSame(other.spec, spec));
      if (known !== undefined) return { ...own, ...scaled(known, trials), run: id };
    }
    return { ...own, calls: { least: trials, most: trials * mostCalls(spec) }, tokens: null, seconds: null, run: null };
  });
}

function isSame({ name: _, ...one }: PipelineSpec, { name: __, ...other }: PipelineSpec): boolean {
  return hashOf(one) === hashOf(other);
}

function scaled({ trials: measured, calls, tokens, seconds }: PipelineSummary, trials: number) {
  const scale = (total: number) => (total * trials) / measured;
  const expected = Math.round(scale(calls));
  return {
    calls: { least: expected, most: expected },
    tokens: Math.round(scale(tokens.prompt + tokens.completion)),
    seconds: scale(seconds),
  };
}

/** Of one trial: the draft, and for each iteration a repair, with its diagnosis where there is an analyzer. */
function mostCalls({ stages }: PipelineSpec): number {
  return stages.reduce((sum, { iterations, analyzer }) => sum + iterations * (analyzer == null ? 1 : 2), 1);
}
