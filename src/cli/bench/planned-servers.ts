import { countColumn, row, type Table, textColumn } from '../../report/table.ts';
import { askedServers } from '../../wiring/asked-servers.ts';
import { modelServers } from '../../wiring/models.ts';
import type { Settings } from '../../wiring/settings.ts';
import type { FoundServer } from '../machine/found-server.ts';
import { findServers } from '../machine/models.ts';
import { sharedModels } from '../machine/shared-models.ts';

/** One server that a model is going to be asked at. */
export interface PlannedServer {
  readonly model: string;
  readonly server: string;
  readonly url: string;
  /** Null asks the server. */
  readonly slots: number | null;
  /** Null where it does not answer. */
  readonly hasModel: boolean | null;
}

interface PlannedServers {
  /** Empty where the configuration lists no servers of the models. */
  readonly servers: readonly PlannedServer[];
  /** Whether the models are the same at all of their servers. */
  readonly notes: readonly string[];
}

/** Which servers of the configuration models are going to be asked at; asks those servers alone what they have. */
export async function planServers(
  models: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<PlannedServers> {
  const asked = models.map((model) => ({ model, servers: askedServers(model, settings) }));
  const names = new Set(asked.flatMap(({ servers }) => servers.map(({ name }) => name)));
  const listings = modelServers(settings).filter(({ serverName }) => serverName !== undefined && names.has(serverName));
  const found = await findServers(listings, signal);
  const servers = asked.flatMap(({ model, servers }) =>
    servers.map(({ name, url, slots }) => {
      const own = found.find(({ serverName }) => serverName === name);
      return { model, server: name, url, slots: slots ?? settings.slots, hasModel: hasModel(own, model, name) };
    }),
  );
  const spread = asked.filter(({ servers }) => servers.length > 1).map(({ model }) => model);
  return { servers, notes: sharedModels(found.map((server) => only(server, spread))).map(({ text }) => text) };
}

function hasModel(found: FoundServer | undefined, model: string, server: string): boolean | null {
  return found?.models?.some(({ name }) => isNamed(name, withoutServer(model, server))) ?? null;
}

/** The server with those of its models that are asked at several. */
function only(server: FoundServer, models: readonly string[]): FoundServer {
  const own = server.models?.filter(({ name }) => models.some((model) => isNamed(name, model))) ?? null;
  return { ...server, models: own };
}

function isNamed(listed: string, model: string): boolean {
  return [model, `${model}:latest`].includes(listed);
}

function withoutServer(model: string, server: string): string {
  return model.endsWith(`@${server}`) ? model.slice(0, -server.length - 1) : model;
}

/** The servers as a table; none where the configuration lists none. */
export function plannedServersTable({ servers, notes }: PlannedServers): Table[] {
  if (servers.length === 0) return [];
  const state = (has: boolean | null) => (has === null ? 'does not answer' : has ? 'yes' : 'no');
  return [
    {
      title: 'Servers',
      columns: [
        textColumn('model'),
        textColumn('server'),
        textColumn('address'),
        countColumn('slots', 'requests'),
        textColumn('has it'),
      ],
      rows: servers.map(({ model, server, url, slots, hasModel }) => row(model, server, url, slots, state(hasModel))),
      notes: [...notes],
    },
  ];
}
