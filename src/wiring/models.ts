import { GreenloopError } from '../base/errors.ts';
import { type Model, type ModelServer, type ServerNotices, SILENT } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import type { OpenModel } from '../models/model-provider.ts';
import { PROVIDERS } from './providers.ts';
import type { Settings } from './settings.ts';

/** Opens models by name, checks that each can be asked, and queues the requests of each server, whose `notices` the user is told. */
export async function openModels(
  names: readonly string[],
  settings: Settings,
  signal?: AbortSignal,
  notices: ServerNotices = SILENT,
): Promise<(name: string) => Model> {
  const openers = new Map<unknown, OpenModel>(
    PROVIDERS.map((provider) => [provider, provider.open(settings, { notices, signal })]),
  );
  const entries = names.map(async (text) => {
    const { provider, name } = parseModelName(text, PROVIDERS);
    const model = await openers.get(provider)!(name);
    await model.prepare(signal);
    return [text, model] as const;
  });
  const models = new Map(await Promise.all(entries));
  return (name) => {
    const model = models.get(name);
    if (model === undefined) throw new GreenloopError(`the model ${name} was not opened`);
    return model;
  };
}

/** Places to look for models to choose from: the servers that the settings name, else those on their usual ports, and the fetched models. */
export function modelServers(settings: Settings): ModelServer[] {
  return PROVIDERS.filter(({ isBundled }) => !isBundled).flatMap((provider) => provider.list(settings));
}

/** All places that have models, those of the models that ship with greenloop too. */
export function modelPlaces(settings: Settings): ModelServer[] {
  return PROVIDERS.flatMap((provider) => provider.list(settings));
}

/** Settings under which models are asked at this server, found and not named: without what is meant for the named one. */
export function settingsFor({ provider, url }: Pick<ModelServer, 'provider' | 'url'>, settings: Settings): Settings {
  const reader = PROVIDERS.find(({ name }) => name === provider)?.settings;
  return { ...settings, ...reader?.at?.(url, settings) };
}
