import { Refusal } from '../../base/errors.ts';
import { withRoom } from '../../pipeline/fit-pipeline.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { OwnPreset } from '../../pipeline/presets.ts';
import type { Settings } from '../../wiring/settings.ts';
import type { Surroundings } from '../command.ts';
import { choosePipelinesOrDefault } from '../options/chosen-pipelines.ts';
import { type ModelOptions, pipelinesOf } from '../options/model-options.ts';

/** A pipeline, and the settings under which its models are asked. */
export interface ChosenPipeline {
  readonly spec: PipelineSpec;
  readonly settings: Settings;
}

/** The one pipeline that the options name, else the configured one, else the usual one with a model that is found. */
export async function chooseOnePipeline(
  options: ModelOptions,
  usual: OwnPreset,
  surroundings: Surroundings,
): Promise<ChosenPipeline> {
  const make = (named: ModelOptions) => pipelinesOf(named, usual);
  const { pipelines, settings } = await choosePipelinesOrDefault(options, make, surroundings);
  const [spec, ...more] = pipelines;
  if (spec === undefined || more.length > 0)
    throw new Refusal('solve runs one pipeline: give --model or --pipeline once (bench compares several)');
  return { spec: withRoom(spec), settings };
}
