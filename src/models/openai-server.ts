import { z } from 'zod';
import { ModelFault } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { httpFailureOf, requestJson } from './http.ts';
import type { ModelListing, ModelServer } from './model.ts';

/** What to do where no OpenAI-compatible server answers. */
export const openaiAdvice = 'start the server, or set OPENAI_BASE_URL to where it runs';

const count = z.number().int().positive().nullish().catch(null);

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.string().nullish().catch(null),
      max_model_len: count,
      meta: z.object({ n_ctx: count, n_ctx_train: count, n_params: count }).nullish().catch(null),
    }),
  ),
});

const text = z.string().nullish().catch(null);

const propsSchema = z.object({
  total_slots: count,
  model_path: text,
  build_info: text,
  default_generation_settings: z.object({ n_ctx: count }).nullish().catch(null),
});

export interface OpenAIServerOptions {
  /** The base that `/models` and `/chat/completions` follow. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly timeoutSeconds?: number;
}

/** What llama-server says about itself at /props. */
export interface LlamaServerProperties {
  readonly slots: number | null;
  /** Context of one slot. */
  readonly contextTokens: number | null;
  /** The model's file and the server's version, as far as it says. */
  readonly build: string;
}

/** Any server with /v1/models: llama-server, vLLM, LM Studio, OpenAI. */
export class OpenAIServer implements ModelServer {
  readonly provider = 'openai';
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutSeconds: number;

  constructor({ url, apiKey, timeoutSeconds = 10 }: OpenAIServerOptions) {
    this.url = url;
    this.#headers = bearer(apiKey);
    this.#timeoutSeconds = timeoutSeconds;
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelListing[]> {
    const models = await this.#readModels(signal);
    const isLlamaServer = models.length === 1 && models[0]?.owned_by === 'llamacpp';
    const properties = isLlamaServer ? await this.readProperties(signal) : null;
    return models.map(({ id, max_model_len: longest, meta }) => ({
      name: `openai/${printable(id)}`,
      contextTokens: properties?.contextTokens ?? meta?.n_ctx ?? longest ?? meta?.n_ctx_train ?? null,
      parameters: meta?.n_params == null ? null : inBillions(meta.n_params),
      quantization: null,
    }));
  }

  /** Null where the server is no llama-server or does not answer. */
  async readProperties(signal?: AbortSignal): Promise<LlamaServerProperties | null> {
    try {
      const props = propsSchema.parse(await this.#get(`${this.url.replace(/\/v1$/, '')}/props`, signal));
      return {
        slots: props.total_slots ?? null,
        contextTokens: props.default_generation_settings?.n_ctx ?? null,
        build: [props.model_path, props.build_info].filter((part) => part != null).join(' '),
      };
    } catch (error) {
      if (error instanceof ModelFault || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  /** How many requests llama-server answers at once; null where the server is another one or does not say. */
  async readSlots(signal?: AbortSignal): Promise<number | null> {
    return (await this.readProperties(signal))?.slots ?? null;
  }

  async #readModels(signal?: AbortSignal): Promise<z.infer<typeof modelsSchema>['data']> {
    const url = `${this.url}/models`;
    const answer = modelsSchema.safeParse(await this.#get(url, signal));
    if (answer.success) return answer.data.data;
    throw new ModelFault('bad-answer', `expected a list of models from ${url}; is an OpenAI-compatible server there?`, {
      cause: answer.error,
    });
  }

  async #get(url: string, signal?: AbortSignal): Promise<unknown> {
    const request = { url, headers: this.#headers, timeoutSeconds: this.#timeoutSeconds, advice: openaiAdvice };
    try {
      return await requestJson(request, signal);
    } catch (error) {
      throw explainAccess(error);
    }
  }
}

/** The header that carries an API key, where there is one. */
export function bearer(apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
}

/** The error, with what to do where the server did not accept the key. */
export function explainAccess(error: unknown): unknown {
  const failure = httpFailureOf(error);
  if (failure === null || (failure.status !== 401 && failure.status !== 403)) return error;
  const message = `${(error as ModelFault).message}; set OPENAI_API_KEY to a key that the server accepts`;
  return new ModelFault('refused', message, { cause: failure });
}

function inBillions(parameters: number): string {
  return parameters >= 1e9 ? `${(parameters / 1e9).toFixed(1)}B` : `${Math.round(parameters / 1e6)}M`;
}
