import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { RedisAddress } from '../../queue/redis-address.ts';
import type { Settings } from '../../wiring/settings.ts';
import type { Surroundings } from '../command.ts';
import { chooseDefaultModel } from './default-model.ts';
import { type ModelOptions, withWholeNames } from './model-options.ts';

/** Pipelines, and the settings under which their models are asked. */
export interface ChosenPipelines {
  readonly pipelines: readonly PipelineSpec[];
  readonly settings: Settings;
}

/** The pipelines that `make` makes of the options, else of the configured or found model, with whole names of models. */
export async function choosePipelinesOrDefault(
  options: ModelOptions,
  make: (options: ModelOptions) => readonly PipelineSpec[],
  surroundings: Surroundings,
  queue?: RedisAddress,
): Promise<ChosenPipelines> {
  const named = make(options);
  const usual = named.length > 0 ? null : await chooseDefaultModel(surroundings);
  const settings = usual?.settings ?? surroundings.settings;
  const pipelines = usual === null ? named : make({ ...options, ...usual.options });
  return { pipelines: await withWholeNames(pipelines, { settings, signal: surroundings.signal }, queue), settings };
}
