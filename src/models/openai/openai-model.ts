import { ModelFault } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import { type AnswerWatch, watchOf } from '../answer-watch.ts';
import { bearer, explainAccess, type ServerAdvice } from '../http/access.ts';
import { endedEarly, fillsContext } from '../http/context-overflow.ts';
import {
  type HttpFailure,
  httpFailureOf,
  type JsonAnswer,
  type JsonRequest,
  messageIn,
  requestAnswer,
} from '../http/http.ts';
import type { LoadingWait } from '../http/loading-wait.ts';
import { missingModel } from '../http/missing-model.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../http/retry.ts';
import { ServerChat } from '../http/server-chat.ts';
import { answerInError, explainUnparsed, isErrorBody, meaningOf } from '../http/server-error.ts';
import { requestStream } from '../http/stream.ts';
import { type Completion, type CompletionRequest, type Model, type ServerNotices, SILENT } from '../model.ts';
import { withPrefill, withPrefillMessage } from '../prefill.ts';
import { stripReasoning } from '../strip-reasoning.ts';
import { NO_SYSTEM_PROMPT, withoutSystemText } from '../system-text.ts';
import { readOpenAIAnswer } from './openai-answer.ts';
import { OpenAIParts } from './openai-parts.ts';
import { OpenAIServer, openaiAdvice } from './openai-server.ts';

export interface OpenAIModelOptions {
  /** As the server calls it. */
  readonly name: string;
  /** The base that `/chat/completions` follows. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** What stands for the server in the identity: its URL where nothing is given. */
  readonly place?: string;
  readonly advice?: ServerAdvice;
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  /** Shared by all that ask the same server; without it the model waits alone. */
  readonly loading?: LoadingWait;
  readonly notices?: ServerNotices;
  /** A clock in seconds. */
  readonly now?: () => number;
}

const defaults = {
  apiKey: undefined,
  timeoutSeconds: 300,
  advice: openaiAdvice,
  retry: defaultRetryPolicy,
  notices: SILENT,
  now: () => performance.now() / 1000,
};

/**
 * Fields that ask for a stream, the most that servers know first: the tokens so far in each part (vLLM; llama-server), the tokens of the whole
 * answer in its last part (OpenAI), and no more than the stream itself.
 */
const STREAM_FIELDS: readonly object[] = [
  {
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
    timings_per_token: true,
  },
  { stream: true, stream_options: { include_usage: true } },
  { stream: true },
  { stream: false },
];

/** Ask vLLM and SGLang to continue the last message; llama-server does so without. */
const CONTINUE_FIELDS = { add_generation_prompt: false, continue_final_message: true };

/** A model behind any /v1/chat/completions. */
export class OpenAIModel implements Model {
  readonly name: string;
  readonly #options: OpenAIModelOptions & typeof defaults;
  readonly #server: OpenAIServer;
  readonly #chat: ServerChat;
  /** What the server said of its chat template when the model was prepared. */
  #isAskedWithoutSystem = false;
  #context: Promise<number | null> | null = null;
  /** Of STREAM_FIELDS, those that the server has not refused. */
  #streamFields = 0;

  constructor(options: OpenAIModelOptions) {
    this.name = `openai/${options.name}`;
    this.#options = { ...defaults, ...options } as OpenAIModelOptions & typeof defaults;
    this.#chat = new ServerChat({ model: this.name, ...this.#options });
    const { url, apiKey, advice } = this.#options;
    this.#server = new OpenAIServer({ url, apiKey, loading: this.#chat.loading, advice });
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const models = await this.#server.listModelsIfAny(signal);
    if (models !== null && !models.some(({ name }) => name === this.name)) {
      throw missingModel(this.name, this.#server, models, 'name one of these, or load it there');
    }
    const properties = await this.#server.readProperties(signal);
    this.#isAskedWithoutSystem = properties?.chatTemplate?.includes(NO_SYSTEM_PROMPT) ?? false;
  }

  /** The protocol knows no digest: what llama-server says of its file tells other weights apart, other servers say nothing. */
  async identity(signal?: AbortSignal): Promise<string> {
    const properties = await this.#server.readProperties(signal);
    const { place, url } = this.#options;
    const parts = [place ?? url, this.name, properties?.build, properties?.contextTokens];
    return JSON.stringify(this.#isAskedWithoutSystem ? [...parts, NO_SYSTEM_PROMPT] : parts);
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const messages = this.#isAskedWithoutSystem ? withoutSystemText(request.messages) : request.messages;
    return this.#chat.send(messages, (sent) => this.#ask({ ...request, messages: sent }, signal), signal);
  }

  async #ask(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const start = this.#options.now();
    const answer = await this.#answer(request, signal);
    const seconds = this.#options.now() - start;
    const { usage, finishReason } = answer;
    const { maxTokens } = request.sampling;
    if (usage !== null && !usage.isEstimated && endedEarly(answer, maxTokens)) {
      const contextTokens = await this.#contextTokens(signal);
      if (fillsContext(usage, contextTokens)) throw this.#overflow('the answer filled the rest of the context');
      this.#chat.tellCap(usage.completionTokens, maxTokens);
    }
    const text = stripReasoning(withPrefill(answer.text, request.prefill), finishReason);
    return { ...answer, text, seconds };
  }

  async #answer(request: CompletionRequest, signal?: AbortSignal): Promise<Omit<Completion, 'seconds'>> {
    try {
      const watch = watchOf(request);
      return watch === null
        ? this.#read(await requestAnswer(this.#post({ ...this.#toBody(request), stream: false }), signal))
        : await this.#stream(request, watch, signal);
    } catch (error) {
      const written = answerInError(error);
      if (written !== null) return { ...written, usage: null, timings: null };
      throw this.#explain(error);
    }
  }

  /** Streams an answer; a server that refuses a field that is about streams is asked with fewer of them, from then on. */
  async #stream(
    request: CompletionRequest,
    watch: AnswerWatch,
    signal?: AbortSignal,
  ): Promise<Omit<Completion, 'seconds'>> {
    const fields = STREAM_FIELDS[this.#streamFields];
    const parts = new OpenAIParts();
    try {
      const post = this.#post({ ...this.#toBody(request), ...fields });
      const answer = await requestStream(post, parts, watch, signal);
      const { came } = answer;
      return this.#chat.streamed(this.#read(answer), { came, pieces: parts.pieces, messages: request.messages });
    } catch (error) {
      if (!refusesStreamFields(error) || this.#streamFields === STREAM_FIELDS.length - 1) throw error;
      this.#streamFields += 1;
      return this.#stream(request, watch, signal);
    }
  }

  #post(body: object): JsonRequest {
    const { url, apiKey, timeoutSeconds, advice } = this.#options;
    const headers = bearer(apiKey);
    return { url: `${url}/chat/completions`, body, headers, timeoutSeconds, advice: advice.unreachable };
  }

  #toBody(request: CompletionRequest): object {
    const { sampling, stop, prefill } = request;
    return {
      model: this.#options.name,
      messages: withPrefillMessage(request),
      max_tokens: sampling.maxTokens,
      temperature: sampling.temperature,
      seed: sampling.seed,
      ...(stop !== undefined && { stop }),
      ...(prefill && CONTINUE_FIELDS),
    };
  }

  #read({ value, text, asFailure }: JsonAnswer): Omit<Completion, 'seconds'> {
    const answer = readOpenAIAnswer(value);
    if (answer !== null) return answer;
    const message = `expected an answer of ${this.name} from ${this.#options.url}, got ${quote(text)}`;
    throw new ModelFault('bad-answer', message, { cause: isErrorBody(value) ? asFailure : undefined });
  }

  #explain(error: unknown): unknown {
    const failure = httpFailureOf(error);
    if (failure === null) return error;
    const meaning = meaningOf(error);
    if (meaning === 'context-overflow') return this.#overflow(`it says ${quote(messageIn(failure.body))}`, failure);
    if (meaning === 'unparsed-answer') return explainUnparsed(this.#options.url, failure);
    return this.#explainMissing(failure) ?? explainAccess(error, this.#options.advice.refused);
  }

  #explainMissing(failure: HttpFailure): ModelFault | null {
    const said = messageIn(failure.body);
    if (failure.status !== 404 || !/model/i.test(said) || said === failure.body) return null;
    const message = `${this.#options.url} does not have ${this.name} and says ${quote(said)}; choose a model from its list`;
    return new ModelFault('missing-model', message, { cause: failure });
  }

  /** Null where the server does not say; asked once. */
  #contextTokens(signal?: AbortSignal): Promise<number | null> {
    this.#context ??= this.#server.readContext(this.name, signal).catch((error: unknown) => {
      this.#context = null;
      throw error;
    });
    return this.#context;
  }

  #overflow(why: string, cause?: unknown): ModelFault {
    const message = `the conversation does not fit into the context of ${this.name} at ${this.#options.url}: ${why}`;
    return new ModelFault('context-overflow', `${message}; start the server with a larger context`, { cause });
  }
}

/** True where a server says that it does not know a field of a stream. */
function refusesStreamFields(error: unknown): boolean {
  const failure = httpFailureOf(error);
  if (failure === null || ![400, 422, 501].includes(failure.status) || meaningOf(error) !== null) return false;
  return /stream|usage|timings_per_token/i.test(failure.body);
}
