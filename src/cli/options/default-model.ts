import { ModelFault } from '../../base/errors.ts';
import { modelServers, settingsFor } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import type { Surroundings } from '../command.ts';
import { findServers } from '../machine/models.ts';
import { commandText } from '../next-command.ts';
import { say } from '../terminal/output.ts';
import type { ModelOptions } from './model-options.ts';

/** A model or a pipeline that nobody named on the command line, and the settings under which it is asked. */
export interface DefaultModel {
  readonly options: Pick<ModelOptions, 'model' | 'pipeline'>;
  readonly settings: Settings;
}

/** The configured pipeline or model, else the first model of a server that answers; says aloud which it is. */
export async function chooseDefaultModel(surroundings: Surroundings): Promise<DefaultModel> {
  const { settings, signal } = surroundings;
  const options = configuredModel(surroundings);
  return Object.keys(options).length > 0 ? { options, settings } : findModel(settings, signal);
}

/** The pipeline, else the model, that the configuration names, said aloud; neither where it names none. */
export function configuredModel({ config }: Pick<Surroundings, 'config'>): DefaultModel['options'] {
  const { pipeline, model, path } = config;
  if (pipeline !== undefined) {
    say(`using pipeline ${pipeline} from ${path}`);
    return { pipeline: [pipeline] };
  }
  if (model === undefined) return {};
  say(`using model ${model} from ${path}`);
  return { model: [model] };
}

async function findModel(settings: Settings, signal: AbortSignal): Promise<DefaultModel> {
  for (const server of await findServers(modelServers(settings), signal)) {
    const first = server.models?.find(({ name }) => canChat(name));
    if (first === undefined) continue;
    say(`using model ${first.name}, found at ${server.url}; choose with --model`);
    return { options: { model: [first.name] }, settings: settingsFor(server, settings) };
  }
  throw new ModelFault(
    'unreachable',
    `no model was named and no server with a model was found; start one (list the places with ${commandText(['doctor'])}), or use --model (starter/s ships with greenloop, only for the benchmark starter)`,
  );
}

/** False for models that only embed or rank text; servers list them with the others. */
export function canChat(name: string): boolean {
  return !/embed|rerank|\bbge-|minilm/i.test(name);
}
