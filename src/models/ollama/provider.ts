import { z } from 'zod';
import { LoadingWait } from '../http/loading-wait.ts';
import { ASK_ONCE } from '../http/retry.ts';
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
import { OllamaModel } from './ollama-model.ts';
import { OllamaServer, withTag } from './ollama-server.ts';
import { ollamaUrl } from './ollama-url.ts';

export interface OllamaSettings {
  readonly ollamaUrl: string;
}

const section = z
  .strictObject({ url: z.string().optional(), context: z.int().min(256).optional() })
  .transform(({ url, context }) => ({
    ...(url !== undefined && { ollamaUrl: ollamaUrl(url) }),
    ...(context !== undefined && { contextTokens: context }),
  }));

/** Models behind Ollama's own API, at OLLAMA_HOST or its usual port. */
export const ollama: ModelProvider<OllamaSettings> = {
  name: 'ollama',
  example: 'ollama/llama3.2:3b',
  settings: {
    section: () => section,
    defaults: () => ({ ollamaUrl: ollamaUrl(undefined) }),
    fromEnvironment: ({ OLLAMA_HOST }) => (OLLAMA_HOST ? { ollamaUrl: ollamaUrl(OLLAMA_HOST) } : {}),
  },
  open({ ollamaUrl: url, ...settings }, { notices }) {
    const { contextTokens, slots, modelTimeoutSeconds: timeoutSeconds, loadTimeoutSeconds: longestSeconds } = settings;
    const loading = new LoadingWait({ url, longestSeconds, onWait: notices.waiting });
    const queue = new RequestQueue(slots ?? 1);
    return async (name) =>
      new QueuedModel(new OllamaModel({ name, url, contextTokens, timeoutSeconds, loading, notices }), queue);
  },
  list: ({ ollamaUrl: url }) => [new OllamaServer({ url, timeoutSeconds: LISTING_SECONDS })],
  served: { variable: 'OLLAMA_HOST', url: (text) => ollamaUrl(text, null), at: serveAt },
};

function serveAt(
  server: NamedServer,
  { contextTokens, modelTimeoutSeconds: timeoutSeconds, loadTimeoutSeconds: longestSeconds }: ModelSettings,
  { notices }: ModelAccess,
): ServerAccess {
  const { name: serverName, url, key: apiKey, models } = server;
  const loading = new LoadingWait({ url, longestSeconds, onWait: notices.waiting });
  const advice = adviceFor(server);
  const listing = new OllamaServer({ url, apiKey, timeoutSeconds: LISTING_SECONDS, advice });
  const at = { url, apiKey, loading, advice };
  const asked = new OllamaServer(at);
  const tagged = models?.map(withTag) ?? null;
  return {
    listing: new ListedServer({ server: listing, serverName, models: tagged }),
    mayServe: (name) => tagged?.includes(withTag(name)) ?? true,
    open: (name, place) =>
      new OllamaModel({ ...at, name, place, contextTokens, timeoutSeconds, notices, retry: ASK_ONCE }),
    traits: async (name, signal) => ({
      digest: await asked.readDigest(withTag(`ollama/${name}`), signal),
      contextTokens: null,
    }),
    slots: async () => null,
    async loaded(signal) {
      const names = await asked.readLoaded(signal);
      return names.flatMap((name) => [name, name.replace(/:latest$/, '')]);
    },
  };
}
