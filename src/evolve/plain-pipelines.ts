import { type FeedbackSource, type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import type { Pool } from './pool.ts';

/** Repairs at most, as many as a stage of the pool can have. */
const MOST_REPAIRS = 3;

/** What needs no search: each model that may draft alone, and, where it may repair too, with up to three repairs of its own draft. */
export function plainPipelines(pool: Pool, source: Exclude<FeedbackSource, 'none'>): PipelineSpec[] {
  const { models, maxTokens } = pool;
  return [...new Set(models.generator)].flatMap((model) => {
    const role = { model, maxTokens };
    const alone = { generator: role, feedback: { source } };
    const refine = { ...alone, stages: [{ iterations: MOST_REPAIRS, refiner: role }] };
    const canRefine = pool.stages > 0 && models.refiner.includes(model);
    return [
      parsePipeline({ name: `${model} alone`, ...alone }, model),
      ...(canRefine ? [parsePipeline({ name: `${model} self-refine`, ...refine }, model)] : []),
    ];
  });
}
