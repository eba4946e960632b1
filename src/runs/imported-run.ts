import { type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import type { RepairName } from '../pipeline/repair.ts';
import type { Sample, ScoredSample } from './score-samples.ts';
import type { Grade, Trial } from './trial.ts';

/** The pipeline that samples from elsewhere stand for: one answer, of which nothing was told. */
export function importedPipeline(name: string, repair: readonly RepairName[]): PipelineSpec {
  const generator = { model: `recorded/${name}` };
  return parsePipeline({ name, generator, feedback: { source: 'none' }, repair: [...repair] }, name);
}

/** Judged samples as trials: the first of a task is its repeat 0, and so on. */
export function importedTrials(pipeline: string, scored: readonly ScoredSample[]): Trial[] {
  const repeats = new Map<string, number>();
  return scored.map(({ sample, taskId, grade, result }) => {
    const repeat = repeats.get(taskId) ?? 0;
    repeats.set(taskId, repeat + 1);
    return { pipeline, ...trialOf(sample, { taskId, repeat }, grade, result) };
  });
}

function trialOf(
  { code, answer }: Pick<Sample, 'code' | 'answer'>,
  { taskId, repeat }: { readonly taskId: string; readonly repeat: number },
  grade: Grade | null,
  result: string,
): Omit<Trial, 'pipeline'> {
  const attempt = {
    index: 0,
    stage: null,
    from: null,
    answer,
    extracted: code,
    code,
    repairs: [],
    verdict: null,
    completions: [],
    bestSoFar: 0,
  };
  const cost = { calls: 0, promptTokens: 0, completionTokens: 0, seconds: 0 };
  const trace = { taskId, repeat, attempts: [attempt], agreement: null, unused: [], checked: 'nothing', cost } as const;
  return grade === null
    ? {
        trace: { ...trace, stopReason: 'fault', fault: { kind: 'sandbox', message: result } },
        grades: [],
        repairEffects: [],
      }
    : { trace: { ...trace, stopReason: 'iterations-spent', fault: null }, grades: [grade], repairEffects: [] };
}
