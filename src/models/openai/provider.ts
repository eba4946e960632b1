import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { LoadingWait } from '../http/loading-wait.ts';
import { ASK_ONCE } from '../http/retry.ts';
import { listedModels } from '../listed-models.ts';
import {
  LISTING_SECONDS,
  type ModelAccess,
  type ModelProvider,
  type ModelSettings,
  type ServerAccess,
} from '../model-provider.ts';
import type { NamedServer } from '../named-server.ts';
import { QueuedModel } from '../queued-model.ts';
import { RequestQueue } from '../request-queue.ts';
import { adviceFor, ListedServer } from '../servers/listed-server.ts';
import { OpenAIModel } from './openai-model.ts';
import { OpenAIServer } from './openai-server.ts';
import { openaiUrl } from './openai-url.ts';

export interface OpenAISettings {
  /** Null where no server was named. */
  readonly openaiUrl: string | null;
  readonly openaiKey: string | undefined;
}

/** Of llama-server, vLLM and LM Studio. */
const USUAL_PORTS = [8080, 8000, 1234];

/** A file that came with a folder must not choose where the user's key goes. */
function section(isOwn: boolean) {
  return z.strictObject({ url: z.string().optional() }).transform(({ url }) => ({
    ...(url !== undefined && { openaiUrl: openaiUrl(url) }),
    ...(url !== undefined && !isOwn && { openaiKey: undefined }),
  }));
}

/** Models behind any /v1/chat/completions, at OPENAI_BASE_URL; OPENAI_API_KEY goes to the named server only. */
export const openai: ModelProvider<OpenAISettings> = {
  name: 'openai',
  example: 'openai/NAME',
  settings: {
    section,
    defaults: ({ OPENAI_API_KEY }) => ({ openaiUrl: null, openaiKey: OPENAI_API_KEY || undefined }),
    fromEnvironment: ({ OPENAI_BASE_URL, OPENAI_API_KEY }) =>
      OPENAI_BASE_URL ? { openaiUrl: openaiUrl(OPENAI_BASE_URL), openaiKey: OPENAI_API_KEY || undefined } : {},
    at: (url, own) => (url === own.openaiUrl ? own : { openaiUrl: url, openaiKey: undefined }),
  },
  served: { variable: 'OPENAI_BASE_URL', url: (text) => openaiUrl(text, null), at: serveAt },
  open,
  // Anything may listen on a usual port, so no key goes there.
  list: ({ openaiUrl: url, openaiKey: apiKey }) =>
    url === null ? usualServers() : [new OpenAIServer({ url, apiKey, timeoutSeconds: LISTING_SECONDS })],
};

function usualServers(): OpenAIServer[] {
  return USUAL_PORTS.map(
    (port) => new OpenAIServer({ url: `http://127.0.0.1:${port}/v1`, timeoutSeconds: LISTING_SECONDS }),
  );
}

function open(settings: OpenAISettings & ModelSettings, { notices, signal }: ModelAccess) {
  const { openaiUrl, modelTimeoutSeconds: timeoutSeconds, loadTimeoutSeconds: longestSeconds } = settings;
  // Anything may listen on a usual port, so no key goes there.
  const apiKey = openaiUrl === null ? undefined : settings.openaiKey;
  const servers = new Map<string, { readonly loading: LoadingWait; readonly queue: Promise<RequestQueue> }>();
  return async (name: string) => {
    const url = openaiUrl ?? (await findServerOf(name, signal));
    if (openaiUrl === null && !servers.has(url)) notices.note(`found openai/ models at ${url}`);
    const loading = servers.get(url)?.loading ?? new LoadingWait({ url, longestSeconds, onWait: notices.waiting });
    const queue =
      servers.get(url)?.queue ?? openQueue(new OpenAIServer({ url, apiKey, loading }), settings.slots, signal);
    servers.set(url, { loading, queue });
    return new QueuedModel(new OpenAIModel({ name, url, apiKey, timeoutSeconds, notices, loading }), await queue);
  };
}

/** The server on a usual port that lists the model; a Refusal where none does. */
async function findServerOf(name: string, signal?: AbortSignal): Promise<string> {
  const servers = usualServers();
  const lists = await Promise.all(servers.map((server) => listedModels(server, signal)));
  const place = lists.findIndex((models) => models?.some((model) => model.name === `openai/${name}`));
  if (place >= 0) return servers[place]!.url;
  throw new Refusal(
    `no server on the usual ports (${USUAL_PORTS.join(', ')}) has openai/${name}: set OPENAI_BASE_URL, e.g. http://127.0.0.1:8080/v1`,
  );
}

/** With as many slots as the settings say, else the server. */
async function openQueue(server: OpenAIServer, slots: number | null, signal?: AbortSignal): Promise<RequestQueue> {
  return new RequestQueue(slots ?? (await server.readSlots(signal)) ?? 1);
}

function serveAt(
  server: NamedServer,
  { modelTimeoutSeconds: timeoutSeconds, loadTimeoutSeconds: longestSeconds }: ModelSettings,
  { notices }: ModelAccess,
): ServerAccess {
  const { name: serverName, url, key: apiKey, models } = server;
  const loading = new LoadingWait({ url, longestSeconds, onWait: notices.waiting });
  const advice = adviceFor(server);
  const at = { url, apiKey, loading, advice };
  const asked = new OpenAIServer(at);
  const listing = new OpenAIServer({ url, apiKey, timeoutSeconds: LISTING_SECONDS, advice });
  return {
    listing: new ListedServer({ server: listing, serverName, models }),
    mayServe: (name) => models?.includes(name) ?? true,
    open: (name, place) => new OpenAIModel({ ...at, name, place, timeoutSeconds, notices, retry: ASK_ONCE }),
    traits: async (name, signal) => ({
      digest: null,
      contextTokens: await asked.readContext(`openai/${name}`, signal),
    }),
    slots: (signal) => asked.readSlots(signal),
    loaded: async () => [],
  };
}
