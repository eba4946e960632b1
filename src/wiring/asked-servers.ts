import { SILENT } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import { type NamedServer, parsePinnedName } from '../models/named-server.ts';
import { serversOf } from '../models/servers/server-fleet.ts';
import { PROVIDERS } from './providers.ts';
import type { Settings } from './settings.ts';

/** The servers that may be asked for a model (`provider/name`, perhaps `@server`), of those that the settings list; none where they list none. */
export function askedServers(model: string, settings: Settings): readonly NamedServer[] {
  const { provider, name: text } = parseModelName(model, PROVIDERS);
  const { served } = provider;
  if (served === undefined) return [];
  const { model: name, server: only } = parsePinnedName(text, settings.servers);
  const own = serversOf(provider.name, settings).filter((server) => only === null || server === only);
  return own.filter((server) => served.at(server, settings, { notices: SILENT }).mayServe(name));
}

/** How many requests all servers of these models answer at once, as far as the settings say; one each where they do not. */
export function slotsFor(models: readonly string[], settings: Settings): number {
  const servers = new Set(models.flatMap((model) => askedServers(model, settings)));
  const usual = settings.slots ?? 1;
  return servers.size === 0 ? usual : [...servers].reduce((sum, { slots }) => sum + (slots ?? usual), 0);
}
