import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { modelsOf, mostCalls, type PipelineSpec, parseKeptPipeline, pipelineHash } from '../pipeline/pipeline-spec.ts';
import type { RunStore } from '../runs/run-store.ts';
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

/** A whole run, with what it says of each pipeline. */
export interface MeasuredBefore {
  readonly id: string;
  readonly pipelines: readonly Measured[];
}

type Measured = Pick<PipelineSummary, 'trials' | 'faults' | 'calls' | 'tokens' | 'seconds'> & {
  readonly spec?: unknown;
};

const count = z.number().nonnegative();
const summarySchema = z.object({
  pipelines: z.array(
    z.object({
      spec: z.unknown(),
      trials: count,
      faults: count,
      calls: count,
      tokens: z.object({ prompt: count, completion: count }),
      seconds: count,
    }),
  ),
});

/** What whole runs took, the newest first; one that another version of greenloop wrote says nothing. */
export async function measuredBefore(store: RunStore): Promise<MeasuredBefore[]> {
  return (await store.list()).flatMap(({ id, state, summary }) => {
    if (state !== 'complete' || summary === null) return [];
    const parsed = summarySchema.safeParse(summary);
    return parsed.success ? [{ id, pipelines: parsed.data.pipelines }] : [];
  });
}

/** Seconds of one call by what runs of these models alone took, sandbox and all; null where there was none. */
export function secondsPerCall(earlier: readonly MeasuredBefore[], models: readonly string[]): number | null {
  const known = earlier.flatMap(({ pipelines }) =>
    pipelines.filter(({ calls, spec }) => calls > 0 && asks(spec, models)),
  );
  const total = (value: (one: Measured) => number) => known.reduce((sum, one) => sum + value(one), 0);
  return known.length === 0 ? null : total(({ seconds }) => seconds) / total(({ calls }) => calls);
}

function asks(spec: unknown, models: readonly string[]): boolean {
  const measured = readMeasured(spec);
  return measured !== null && modelsOf(measured).every((name) => models.includes(name));
}

/** Each pipeline's trials by what they took when it was last measured whole and without a fault, on whatever tasks; else how many calls there can be. */
export function forecast(
  pipelines: readonly PipelineSpec[],
  { trials, earlier }: { readonly trials: number; readonly earlier: readonly MeasuredBefore[] },
): Forecast[] {
  return pipelines.map((spec) => {
    const own = { pipeline: spec.name, trials };
    for (const { id, pipelines: measured } of earlier) {
      const known = measured.find((other) => other.trials > 0 && other.faults === 0 && isSame(other.spec, spec));
      if (known !== undefined) return { ...own, ...scaled(known, trials), run: id };
    }
    return { ...own, calls: { least: trials, most: trials * mostCalls(spec) }, tokens: null, seconds: null, run: null };
  });
}

function isSame(spec: unknown, asked: PipelineSpec): boolean {
  const measured = readMeasured(spec);
  return measured !== null && pipelineHash(measured) === pipelineHash(asked);
}

/** Null where a version of greenloop wrote it that knew other pipelines. */
function readMeasured(spec: unknown): PipelineSpec | null {
  try {
    return parseKeptPipeline(spec, 'a measured pipeline');
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function scaled({ trials: measured, calls, tokens, seconds }: Measured, trials: number) {
  const scale = (total: number) => (total * trials) / measured;
  const expected = Math.round(scale(calls));
  return {
    calls: { least: expected, most: expected },
    tokens: Math.round(scale(tokens.prompt + tokens.completion)),
    seconds: scale(seconds),
  };
}
