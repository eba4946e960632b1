import { Command } from 'commander';
import { ModelFault } from '../base/errors.ts';
import type { ModelListing, ModelServer } from '../models/model.ts';
import { modelServers } from '../wiring.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { formatTable } from './table.ts';

export interface FoundServer {
  readonly provider: string;
  readonly url: string;
  /** Null where nothing answers there. */
  readonly models: readonly ModelListing[] | null;
  readonly error: string | null;
}

/** `greenloop models`: the models that servers have. */
export function modelsCommand(): Command {
  const command = new Command('models').description('list the models of the servers that answer');
  return command.action(() => runCommand(command, {}, models));
}

/** Asks every server that greenloop knows of for its models. */
export function findServers(servers: readonly ModelServer[], signal: AbortSignal): Promise<FoundServer[]> {
  return Promise.all(servers.map((server) => findServer(server, signal)));
}

async function findServer(server: ModelServer, signal: AbortSignal): Promise<FoundServer> {
  const { provider, url } = server;
  try {
    return { provider, url, models: await server.listModels(signal), error: null };
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    return { provider, url, models: null, error: error.message };
  }
}

async function models({ settings, signal, isJson }: Surroundings): Promise<number> {
  const servers = await findServers(modelServers(settings), signal);
  const found = servers.filter((server) => server.models !== null);
  if (isJson) process.stdout.write(`${JSON.stringify({ servers })}\n`);
  else process.stdout.write(`${found.length === 0 ? nothingFound(servers) : listing(found)}\n`);
  return found.length === 0 ? EXIT.refused : EXIT.ok;
}

function nothingFound(servers: readonly FoundServer[]): string {
  const places = servers.map(({ url }) => `  ${url}`).join('\n');
  return `no model server answers at\n${places}\nstart one (for example ollama serve), or set OLLAMA_HOST or OPENAI_BASE_URL`;
}

function listing(servers: readonly FoundServer[]): string {
  const rows = servers.flatMap(({ url, models: list }) =>
    (list ?? []).map(({ name, parameters, quantization, contextTokens }) => [
      name,
      parameters ?? '-',
      quantization ?? '-',
      contextTokens === null ? '-' : String(contextTokens),
      url,
    ]),
  );
  return formatTable(['model', 'size', 'quantization', 'context', 'server'], rows);
}
