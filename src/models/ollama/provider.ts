import { z } from 'zod';
import { LoadingWait } from '../http/loading-wait.ts';
import { LISTING_SECONDS, type ModelProvider } from '../model-provider.ts';
import { QueuedModel } from '../queued-model.ts';
import { RequestQueue } from '../request-queue.ts';
import { OllamaModel } from './ollama-model.ts';
import { OllamaServer } from './ollama-server.ts';
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
  list: (settings) => [new OllamaServer(settings.ollamaUrl, LISTING_SECONDS)],
};
