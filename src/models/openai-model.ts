import { z } from 'zod';
import { ModelFault } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import { ranOutOfContext, saysOverflow } from './context-overflow.ts';
import { type HttpFailure, httpFailureOf, messageIn, requestJson } from './http.ts';
import { missingModel } from './missing-model.ts';
import type { Completion, CompletionRequest, Model, ModelListing } from './model.ts';
import { bearer, explainAccess, OpenAIServer, openaiAdvice } from './openai-server.ts';
import { defaultRetryPolicy, type RetryPolicy, retry, type ServerHealth } from './retry.ts';
import { stripReasoning } from './strip-reasoning.ts';

export interface OpenAIModelOptions {
  /** As the server calls it. */
  readonly name: string;
  /** The base that `/chat/completions` follows. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  /** A clock in seconds. */
  readonly now?: () => number;
}

const answerSchema = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({ content: z.string().nullish(), reasoning_content: z.string().nullish().catch(null) }),
        finish_reason: z.string().nullish().catch(null),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(null),
  timings: z.object({ prompt_ms: z.number(), predicted_ms: z.number() }).nullish().catch(null),
});

type Answer = z.infer<typeof answerSchema>;

const defaults = {
  apiKey: undefined,
  timeoutSeconds: 300,
  retry: defaultRetryPolicy,
  now: () => performance.now() / 1000,
};

/** A model behind any /v1/chat/completions. */
export class OpenAIModel implements Model {
  readonly name: string;
  readonly #options: OpenAIModelOptions & typeof defaults;
  readonly #server: OpenAIServer;

  readonly #health: ServerHealth = { isGivenUp: false };

  constructor(options: OpenAIModelOptions) {
    this.name = `openai/${options.name}`;
    this.#options = { ...defaults, ...options } as OpenAIModelOptions & typeof defaults;
    this.#server = new OpenAIServer({ url: options.url, apiKey: options.apiKey });
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const models = await this.#listModels(signal);
    if (models === null || models.some(({ name }) => name === this.name)) return;
    throw missingModel(this.name, this.#server, models, 'name one of these, or load it there');
  }

  /** The protocol knows no digest: what llama-server says of its file tells other weights apart, other servers say nothing. */
  async identity(signal?: AbortSignal): Promise<string> {
    const properties = await this.#server.readProperties(signal);
    return JSON.stringify([this.#options.url, this.name, properties?.build, properties?.contextTokens]);
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    return retry(() => this.#ask(request, signal), this.#options.retry, signal, this.#health);
  }

  /** Null where the server keeps no list, so that only asking shows whether it has the model. */
  async #listModels(signal?: AbortSignal): Promise<readonly ModelListing[] | null> {
    try {
      return await this.#server.listModels(signal);
    } catch (error) {
      if ([404, 405, 501].includes(httpFailureOf(error)?.status ?? 0)) return null;
      throw error;
    }
  }

  async #ask(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const start = this.#options.now();
    const answer = this.#parse(await this.#post(request, signal));
    const seconds = this.#options.now() - start;
    const [{ message, finish_reason: reason }] = answer.choices;
    const finishReason = reason === 'stop' || reason === 'length' ? reason : 'other';
    if (ranOutOfContext(finishReason, answer.usage?.completion_tokens ?? null, request.sampling.maxTokens)) {
      throw this.#overflow('the answer filled what was left of the context');
    }
    const text = stripReasoning(message.content ?? '', finishReason);
    return { text, finishReason, usage: toUsage(answer), seconds, timings: toTimings(answer) };
  }

  async #post({ messages, sampling }: CompletionRequest, signal?: AbortSignal): Promise<unknown> {
    const { name, url, apiKey, timeoutSeconds } = this.#options;
    const body = {
      model: name,
      messages,
      max_tokens: sampling.maxTokens,
      temperature: sampling.temperature,
      seed: sampling.seed,
      stream: false,
    };
    const request = {
      url: `${url}/chat/completions`,
      body,
      headers: bearer(apiKey),
      timeoutSeconds,
      advice: openaiAdvice,
    };
    try {
      return await requestJson(request, signal);
    } catch (error) {
      const failure = httpFailureOf(error);
      throw (failure === null ? null : this.#explain(failure)) ?? explainAccess(error);
    }
  }

  /** Some servers put an error into an answer with status 200. */
  #parse(value: unknown): Answer {
    const answer = answerSchema.safeParse(value);
    if (answer.success && hasText(answer.data)) return answer.data;
    const body = JSON.stringify(value);
    if (!answer.success && saysOverflow(body)) throw this.#overflow(`it says ${quote(messageIn(body))}`);
    throw new ModelFault(
      'bad-answer',
      `expected an answer of ${this.name} from ${this.#options.url}, got ${quote(body)}`,
    );
  }

  #explain(failure: HttpFailure): ModelFault | null {
    const said = quote(messageIn(failure.body));
    if (saysOverflow(failure.body)) return this.#overflow(`it says ${said}`, failure);
    if (failure.status === 404 && /model/i.test(messageIn(failure.body)) && messageIn(failure.body) !== failure.body) {
      const message = `${this.#options.url} does not have ${this.name} and says ${said}; "greenloop models" lists what it has`;
      return new ModelFault('missing-model', message, { cause: failure });
    }
    return null;
  }

  #overflow(why: string, cause?: unknown): ModelFault {
    const message = `the conversation does not fit into the context of ${this.name} at ${this.#options.url}: ${why}`;
    return new ModelFault('context-overflow', `${message}; start the server with a larger context`, { cause });
  }
}

/** An empty answer is an answer where its content is there, or where reasoning used up its tokens. */
function hasText({ choices: [{ message }] }: Answer): boolean {
  return typeof message.content === 'string' || typeof message.reasoning_content === 'string';
}

function toUsage({ usage }: Answer): Completion['usage'] {
  return usage == null ? null : { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
}

/** As llama-server measures, which has its model loaded already. */
function toTimings({ timings }: Answer): Completion['timings'] {
  if (timings == null) return null;
  return { loadSeconds: 0, promptSeconds: timings.prompt_ms / 1000, completionSeconds: timings.predicted_ms / 1000 };
}
