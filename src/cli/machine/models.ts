import { Command } from 'commander';
import { ModelFault } from '../../base/errors.ts';
import type { ModelServer } from '../../models/model.ts';
import { countColumn, idColumn, type Paragraph, row, type Table, textColumn } from '../../report/table.ts';
import { modelPlaces } from '../../wiring/models.ts';
import { PROVIDERS } from '../../wiring/providers.ts';
import type { Settings } from '../../wiring/settings.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandText } from '../next-command.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import type { FoundServer } from './found-server.ts';
import { sharedModels } from './shared-models.ts';

/** What to do if there is no model server. */
export function startServerHint(): string {
  return `start one (ollama serve, llama-server), set OLLAMA_HOST or OPENAI_BASE_URL, or fetch a model (${commandText(['pull'])})`;
}

/** `greenloop models`: the models that servers have, those that were fetched, and the bundled ones. */
export function modelsCommand(): Command {
  const command = new Command('models').description(
    'list the models of your servers, the downloaded and the bundled ones',
  );
  return command.action(() => runCommand(command, models));
}

/** Asks every place that may have models: servers, the folder of fetched ones, and the bundled ones as the last. */
export function findModelPlaces(settings: Settings, signal: AbortSignal): Promise<FoundServer[]> {
  return findServers(modelPlaces(settings), signal);
}

/** Asks these servers for their models. */
export function findServers(servers: readonly ModelServer[], signal: AbortSignal): Promise<FoundServer[]> {
  return Promise.all(servers.map((server) => findServer(server, signal)));
}

async function findServer(server: ModelServer, signal: AbortSignal): Promise<FoundServer> {
  const { provider, url, serverName = null } = server;
  try {
    return { provider, url, serverName, models: await server.listModels(signal), error: null, reason: null };
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    return { provider, url, serverName, models: null, error: error.message, reason: error.reason };
  }
}

async function models({ settings, signal, isJson }: Surroundings): Promise<number> {
  const servers = await findModelPlaces(settings, signal);
  const found = servers.filter((server) => server.models !== null);
  const shared = sharedModels(servers).map(({ text }) => text);
  const notes = shared.length === 0 ? [] : [{ notes: shared }];
  await (isJson ? printJson({ servers }) : printReport([...found.map(listing), ...notes]));
  if (!isJson) say(...silentServers(servers, found.every(isBundled)));
  return EXIT.ok;
}

/** True for the models that ship with greenloop, which are always there and are no help with tasks of one's own. */
export function isBundled({ provider }: FoundServer): boolean {
  return PROVIDERS.some(({ name, isBundled }) => name === provider && isBundled);
}

/** What to say of servers that give no list: all of it where there is no other, else only what a server itself said. */
function silentServers(servers: readonly FoundServer[], isAlone: boolean): string[] {
  const silent = servers.filter(isSilent);
  const others = servers.flatMap((server) => (server.error === null || isSilent(server) ? [] : [server.error]));
  if (!isAlone) return others;
  const places = silent.length === 0 ? '' : `: nothing answers at ${silent.map(({ url }) => url).join(', ')}`;
  return [...others, `greenloop: no model server was found${places}; ${startServerHint()}`];
}

/** True for an address that was tried and where nothing answers; a server of the configuration is expected to. */
export function isSilent({ reason, serverName }: FoundServer): boolean {
  return reason === 'unreachable' && serverName === null;
}

function listing({ url, serverName, models: list }: FoundServer): Table | Paragraph {
  const place = serverName === null ? url : `${serverName}, ${url}`;
  if (list === null || list.length === 0) return { notes: [`${place} has no models yet`] };
  return {
    title: place,
    columns: [idColumn('model'), textColumn('size'), textColumn('quantization'), countColumn('context', 'tokens')],
    rows: list.map(({ name, parameters, quantization, contextTokens }) =>
      row(name, parameters ?? null, quantization ?? null, contextTokens),
    ),
    notes: [],
  };
}
