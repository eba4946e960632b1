import { z } from 'zod';
import { ModelFault } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { bearer, explainAccess, type ServerAdvice } from '../http/access.ts';
import { requestJson } from '../http/http.ts';
import type { LoadingWait } from '../http/loading-wait.ts';
import { MOST_MODELS, type ModelListing, type ModelServer } from '../model.ts';
import { tokenCount } from '../usage.ts';

/** What to do with an Ollama that the environment or a setting names. */
export const ollamaAdvice: ServerAdvice = {
  unreachable: 'start it with "ollama serve", or set OLLAMA_HOST to where it runs',
  refused: 'list it in servers with a key, such as $KEY',
};

const text = z.string().min(1).nullish().catch(null);

const tagSchema = z.object({
  name: z.string(),
  digest: text,
  details: z.object({ parameter_size: text, quantization_level: text }).nullish().catch(null),
});

const tagsSchema = z.object({
  models: z
    .array(z.unknown())
    .transform((models) => models.slice(0, MOST_MODELS))
    .pipe(z.array(tagSchema)),
});

/** `ARCHITECTURE.context_length` among the metadata of the model's file. */
const showSchema = z.object({ model_info: z.record(z.string(), z.unknown()) });

const versionSchema = z.object({ version: z.string() });

const psSchema = z.object({ models: z.array(z.object({ name: z.string() })) });

interface OllamaServerOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly timeoutSeconds?: number;
  /** Waits where the server is loading a model; without it that is a fault. */
  readonly loading?: LoadingWait;
  readonly advice?: ServerAdvice;
}

/** An Ollama server and the models it has pulled. */
export class OllamaServer implements ModelServer {
  readonly provider = 'ollama';
  readonly url: string;
  readonly #timeoutSeconds: number;
  readonly #loading: LoadingWait | null;
  readonly #advice: ServerAdvice;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey, timeoutSeconds = 10, loading, advice = ollamaAdvice }: OllamaServerOptions) {
    this.url = url;
    this.#timeoutSeconds = timeoutSeconds;
    this.#loading = loading ?? null;
    this.#advice = advice;
    this.#headers = bearer(apiKey);
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelListing[]> {
    const tags = await this.#readTags(signal);
    return tags.map(({ name, digest, details }) => ({
      name: `ollama/${printable(name)}`,
      contextTokens: null,
      parameters: details?.parameter_size ?? null,
      quantization: details?.quantization_level ?? null,
      digest: digest ?? null,
    }));
  }

  /** The digest of a model's files (`ollama/NAME:TAG`); null where the server does not say. */
  async readDigest(model: string, signal?: AbortSignal): Promise<string | null> {
    const tags = await this.#readTags(signal);
    return tags.find(({ name }) => `ollama/${name}` === model)?.digest ?? null;
  }

  /** Names of the models in memory, with their tags; none where the server does not say. */
  async readLoaded(signal?: AbortSignal): Promise<readonly string[]> {
    try {
      const { models } = psSchema.parse(await this.#get('/api/ps', signal));
      return models.slice(0, MOST_MODELS).map(({ name }) => name);
    } catch (error) {
      if (error instanceof ModelFault || error instanceof z.ZodError) return [];
      throw error;
    }
  }

  async #readTags(signal?: AbortSignal) {
    const answer = tagsSchema.safeParse(await this.#get('/api/tags', signal));
    if (!answer.success) {
      throw new ModelFault(
        'bad-answer',
        `expected a list of models from ${this.url}/api/tags; is an Ollama server there?`,
        {
          cause: answer.error,
        },
      );
    }
    return answer.data.models;
  }

  /** Null where the server does not say. */
  async readVersion(signal?: AbortSignal): Promise<string | null> {
    try {
      return versionSchema.parse(await this.#get('/api/version', signal)).version;
    } catch (error) {
      if (error instanceof ModelFault || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  /** The longest conversation that a model was trained for; null where the server does not say. */
  async readTrainedContext(name: string, signal?: AbortSignal): Promise<number | null> {
    try {
      const { model_info: metadata } = showSchema.parse(await this.#get('/api/show', signal, { model: name }));
      const length = metadata[`${String(metadata['general.architecture'])}.context_length`];
      return tokenCount.positive().safeParse(length).data ?? null;
    } catch (error) {
      if (error instanceof ModelFault || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  async #get(path: string, signal?: AbortSignal, body?: object): Promise<unknown> {
    const { unreachable: advice, refused } = this.#advice;
    const [url, headers, timeoutSeconds] = [`${this.url}${path}`, this.#headers, this.#timeoutSeconds];
    const attempt = () => requestJson({ url, body, headers, timeoutSeconds, advice }, signal);
    try {
      return await (this.#loading === null ? attempt() : this.#loading.through(attempt, signal));
    } catch (error) {
      throw explainAccess(error, refused);
    }
  }
}

/** A model's name as Ollama lists it: without a tag it means `:latest`. */
export function withTag(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`;
}

/** True where /api/chat knows `truncate` and `shift`; both came with Ollama 0.12.6 (ollama/ollama#12582). An unknown version counts as older. */
export function knowsTruncate(version: string | null): boolean {
  const [major = 0, minor = 0, patch = 0] = (/\d+(\.\d+)*/.exec(version ?? '')?.[0] ?? '').split('.').map(Number);
  return major > 0 || minor > 12 || (minor === 12 && patch >= 6);
}
