import type { FreeTask } from '../tasks/markdown-task.ts';
import { isDraftStage, type PipelineSpec, parsePipeline } from './pipeline-spec.ts';
import { DRAFT_TEMPERATURES } from './presets.ts';

const COMPARED_DRAFTS = 8;

/**
 * The pipeline as it can work on this task: told of the tests where there are any, of the examples where there are none. Where nothing
 * can be checked its generator draws drafts that are compared instead, as repairs would have nothing to go by.
 */
export function fitPipeline(pipeline: PipelineSpec, { tests, prompt }: FreeTask): PipelineSpec {
  const spec = withRoom(pipeline);
  if (spec.feedback.source === 'none') return spec;
  if (tests !== null) return withSource(spec, 'tests');
  return prompt.examples.length > 0 ? withSource(spec, 'examples') : comparing(spec);
}

/** The pipeline for one task that matters, not for a measurement: a truncated answer is asked for again, unless the pipeline says otherwise. */
export function withRoom(spec: PipelineSpec): PipelineSpec {
  return { ...spec, onTruncated: spec.onTruncated ?? 'ask-again' };
}

function withSource(spec: PipelineSpec, source: 'tests' | 'examples'): PipelineSpec {
  return { ...spec, feedback: { ...spec.feedback, source } };
}

function comparing(spec: PipelineSpec): PipelineSpec {
  const told = withSource(spec, 'examples');
  if (spec.select === 'agreement' && spec.stages.every(isDraftStage)) return told;
  const generator = { ...spec.generator, temperature: [...DRAFT_TEMPERATURES] };
  const { name, stop, repair, cut, onTruncated } = spec;
  const stages = [{ drafts: COMPARED_DRAFTS - 1 }];
  const policies = { stop, repair: [...repair], cut, onTruncated, select: 'agreement' } as const;
  return parsePipeline({ name, generator, stages, ...policies }, name);
}
