import { z } from 'zod';
import { ModelFault } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { bearer, explainAccess, type ServerAdvice } from '../http/access.ts';
import { requestJson } from '../http/http.ts';
import type { LoadingWait } from '../http/loading-wait.ts';
import { keepsNoList } from '../http/server-error.ts';
import { MOST_MODELS, type ModelListing, type ModelServer } from '../model.ts';
import { tokenCount } from '../usage.ts';

/** What to do with a server that the environment or a setting names. */
export const openaiAdvice: ServerAdvice = {
  unreachable: 'start the server, or set OPENAI_BASE_URL to where it runs',
  refused: 'set OPENAI_API_KEY to a key that the server accepts',
};

const count = tokenCount.positive().nullish().catch(null);
/** Of requests at once. */
const slots = z.int().positive().max(1024).nullish().catch(null);

const text = z.string().nullish().catch(null);

const listingSchema = z
  .object({
    id: text,
    name: text,
    model: text,
    owned_by: text,
    max_model_len: count,
    meta: z.object({ n_ctx: count, n_ctx_train: count, n_params: count }).nullish().catch(null),
  })
  .transform((listing) => ({ ...listing, id: listing.id ?? listing.name ?? listing.model ?? '' }))
  .refine(({ id }) => id !== '');

type Listing = z.infer<typeof listingSchema>;

/** A list is the answer itself, or its `data` (null: the server keeps none), or its `models`; what is no model in it is passed over. */
const modelsSchema = z.union([
  z.array(z.unknown()),
  z.object({ data: z.array(z.unknown()).nullable() }).transform(({ data }) => data),
  z.object({ models: z.array(z.unknown()) }).transform(({ models }) => models),
]);

const propsSchema = z.object({
  total_slots: slots,
  model_path: text,
  build_info: text,
  chat_template: text,
  default_generation_settings: z.object({ n_ctx: count }).nullish().catch(null),
});

interface OpenAIServerOptions {
  /** The base that `/models` and `/chat/completions` follow. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly timeoutSeconds?: number;
  /** Waits where the server is loading its model; without it that is a fault. */
  readonly loading?: LoadingWait;
  readonly advice?: ServerAdvice;
}

/** What llama-server says about itself at /props. */
interface LlamaServerProperties {
  readonly slots: number | null;
  /** Context of one slot. */
  readonly contextTokens: number | null;
  /** The model's file and the server's version, as far as it says. */
  readonly build: string;
  readonly chatTemplate: string | null;
}

/** Any server with /v1/models: llama-server, vLLM, LM Studio, OpenAI. */
export class OpenAIServer implements ModelServer {
  readonly provider = 'openai';
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutSeconds: number;
  readonly #loading: LoadingWait | null;
  readonly #advice: ServerAdvice;

  constructor({ url, apiKey, timeoutSeconds = 10, loading, advice = openaiAdvice }: OpenAIServerOptions) {
    this.url = url;
    this.#loading = loading ?? null;
    this.#advice = advice;
    this.#headers = bearer(apiKey);
    this.#timeoutSeconds = timeoutSeconds;
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelListing[]> {
    return this.#describe((await this.#readModels(signal)) ?? [], signal);
  }

  /** Null where the server keeps no list, so that only asking shows whether it has a model. */
  async listModelsIfAny(signal?: AbortSignal): Promise<readonly ModelListing[] | null> {
    try {
      const models = await this.#readModels(signal);
      return models === null ? null : await this.#describe(models, signal);
    } catch (error) {
      if (keepsNoList(error)) return null;
      throw error;
    }
  }

  async #describe(models: readonly Listing[], signal?: AbortSignal): Promise<readonly ModelListing[]> {
    const isLlamaServer = models.length === 1 && models[0]?.owned_by === 'llamacpp';
    const properties = isLlamaServer ? await this.readProperties(signal) : null;
    return models.map(({ id, max_model_len: longest, meta }) => ({
      name: `openai/${printable(id)}`,
      contextTokens: properties?.contextTokens ?? meta?.n_ctx ?? longest ?? meta?.n_ctx_train ?? null,
      parameters: meta?.n_params == null ? null : inBillions(meta.n_params),
      quantization: null,
      digest: null,
    }));
  }

  /** Null where the server is no llama-server or does not answer. */
  async readProperties(signal?: AbortSignal): Promise<LlamaServerProperties | null> {
    try {
      const props = propsSchema.parse(await this.#get(`${this.url.replace(/\/v1$/, '')}/props`, signal));
      return {
        slots: props.total_slots ?? null,
        contextTokens: props.default_generation_settings?.n_ctx ?? null,
        chatTemplate: props.chat_template ?? null,
        build: [props.model_path, props.build_info].filter((part) => part != null).join(' '),
      };
    } catch (error) {
      if (error instanceof ModelFault || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  /** Tokens of one conversation with a model (`openai/NAME`), as the server runs it; null where it does not say. */
  async readContext(model: string, signal?: AbortSignal): Promise<number | null> {
    const contextTokens = (await this.readProperties(signal))?.contextTokens;
    if (contextTokens != null) return contextTokens;
    try {
      const found = (await this.#readModels(signal))?.find(({ id }) => `openai/${printable(id)}` === model);
      return found?.max_model_len ?? found?.meta?.n_ctx ?? null;
    } catch (error) {
      if (error instanceof ModelFault) return null;
      throw error;
    }
  }

  /** How many requests llama-server answers at once; null where the server is another one or does not say. */
  async readSlots(signal?: AbortSignal): Promise<number | null> {
    return (await this.readProperties(signal))?.slots ?? null;
  }

  async #readModels(signal?: AbortSignal): Promise<readonly Listing[] | null> {
    const url = `${this.url}/models`;
    const answer = modelsSchema.safeParse(await this.#get(url, signal));
    if (!answer.success) {
      const message = `expected a list of models from ${url}; is an OpenAI-compatible server there?`;
      throw new ModelFault('bad-answer', message, { cause: answer.error });
    }
    return answer.data?.slice(0, MOST_MODELS).flatMap((item) => listingSchema.safeParse(item).data ?? []) ?? null;
  }

  async #get(url: string, signal?: AbortSignal): Promise<unknown> {
    const { unreachable: advice } = this.#advice;
    const request = { url, headers: this.#headers, timeoutSeconds: this.#timeoutSeconds, advice };
    const attempt = () => requestJson(request, signal);
    try {
      return await (this.#loading === null ? attempt() : this.#loading.through(attempt, signal));
    } catch (error) {
      throw explainAccess(error, this.#advice.refused);
    }
  }
}

function inBillions(parameters: number): string {
  return parameters >= 1e9 ? `${(parameters / 1e9).toFixed(1)}B` : `${Math.round(parameters / 1e6)}M`;
}
