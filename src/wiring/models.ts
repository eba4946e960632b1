import { GreenloopError } from '../base/errors.ts';
import { type Model, type ModelServer, type ServerNotices, SILENT } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import type { ModelAccess, OpenModel } from '../models/model-provider.ts';
import { ServerFleet, serversOf } from '../models/servers/server-fleet.ts';
import { PROVIDERS } from './providers.ts';
import type { Settings } from './settings.ts';

type Provider = (typeof PROVIDERS)[number];

/** Opens models by name, checks that each can be asked, and queues the requests of each server, whose `notices` the user is told. */
export async function openModels(
  names: readonly string[],
  settings: Settings,
  signal?: AbortSignal,
  notices: ServerNotices = SILENT,
): Promise<(name: string) => Model> {
  const openers = new Map<unknown, OpenModel>(
    PROVIDERS.map((provider) => [provider, openerOf(provider, settings, { notices, signal })]),
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

/** Opens models of a provider: at the servers that the settings list, where they list some of its kind. */
function openerOf(provider: Provider, settings: Settings, access: ModelAccess): OpenModel {
  const { name, served } = provider;
  if (served === undefined || serversOf(name, settings).length === 0) return provider.open(settings, access);
  const fleet = new ServerFleet({ provider: name, served, settings, access });
  return async (model) => fleet.model(model);
}

/** Places to look for models to choose from: the servers that the settings name, else those on their usual ports, and the fetched models. */
export function modelServers(settings: Settings): ModelServer[] {
  return PROVIDERS.filter(({ isBundled }) => !isBundled).flatMap((provider) => placesOf(provider, settings));
}

function placesOf(provider: Provider, settings: Settings): readonly ModelServer[] {
  const { name, served } = provider;
  const servers = serversOf(name, settings);
  if (served === undefined || servers.length === 0) return provider.list(settings);
  return servers.map((server) => served.at(server, settings, { notices: SILENT }).listing);
}

/** All places that have models, those of the models that ship with greenloop too. */
export function modelPlaces(settings: Settings): ModelServer[] {
  return PROVIDERS.flatMap((provider) => placesOf(provider, settings));
}

/** Settings under which models are asked at this server, found and not named: without what is meant for the named one. */
export function settingsFor(
  { provider, url, serverName = null }: Pick<ModelServer, 'provider' | 'url'> & { readonly serverName?: string | null },
  settings: Settings,
): Settings {
  if (serverName !== null) return settings;
  const reader = PROVIDERS.find(({ name }) => name === provider)?.settings;
  return { ...settings, ...reader?.at?.(url, settings) };
}
