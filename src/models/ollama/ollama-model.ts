import { ModelFault } from '../../base/errors.ts';
import { quote } from '../../base/printable.ts';
import { watchOf } from '../answer-watch.ts';
import { bearer, explainAccess, type ServerAdvice } from '../http/access.ts';
import { endedEarly, fillsContext } from '../http/context-overflow.ts';
import { type HttpFailure, httpFailureOf, type JsonAnswer, messageIn, requestAnswer } from '../http/http.ts';
import type { LoadingWait } from '../http/loading-wait.ts';
import { missingModel } from '../http/missing-model.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../http/retry.ts';
import { ServerChat } from '../http/server-chat.ts';
import { answerInError, explainUnparsed, isErrorBody, meaningOf } from '../http/server-error.ts';
import { requestStream } from '../http/stream.ts';
import {
  type Completion,
  type CompletionRequest,
  type Model,
  type ServerNotices,
  SILENT,
  type Usage,
} from '../model.ts';
import { withPrefill, withPrefillMessage } from '../prefill.ts';
import { stripReasoning } from '../strip-reasoning.ts';
import { readOllamaAnswer } from './ollama-answer.ts';
import { OllamaParts } from './ollama-parts.ts';
import { knowsTruncate, OllamaServer, ollamaAdvice, withTag } from './ollama-server.ts';

export interface OllamaModelOptions {
  /** As Ollama calls it; without a tag it means `:latest`. */
  readonly name: string;
  readonly url: string;
  /** What stands for the server in the identity where it tells no digest: its URL where nothing is given. */
  readonly place?: string;
  readonly apiKey?: string | undefined;
  readonly advice?: ServerAdvice;
  /** `num_ctx`: the same for all requests of a run, as a change reloads the model. */
  readonly contextTokens?: number;
  readonly think?: boolean | 'low' | 'medium' | 'high';
  /** How long the model stays loaded, as Ollama writes durations. */
  readonly keepAlive?: string;
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  /** Shared by all that ask the same server; without it the model waits alone. */
  readonly loading?: LoadingWait;
  readonly notices?: ServerNotices;
  /** A clock in seconds. */
  readonly now?: () => number;
}

const defaults = {
  contextTokens: 4096,
  think: false as NonNullable<OllamaModelOptions['think']>,
  keepAlive: '10m',
  timeoutSeconds: 300,
  advice: ollamaAdvice,
  retry: defaultRetryPolicy,
  notices: SILENT,
  now: () => performance.now() / 1000,
};

/** Of requests that are no chats. */
const USUAL_TIMEOUT_SECONDS = 10;

/** A model behind Ollama's own /api/chat, where a conversation that does not fit is an error rather than cut. */
export class OllamaModel implements Model {
  readonly name: string;
  readonly #options: OllamaModelOptions & typeof defaults;
  readonly #server: OllamaServer;
  readonly #chat: ServerChat;
  #sendsThink = true;
  #trainedContext: Promise<number | null> | null = null;

  constructor(options: OllamaModelOptions) {
    this.name = `ollama/${options.name}`;
    this.#options = { ...defaults, ...options } as OllamaModelOptions & typeof defaults;
    this.#chat = new ServerChat({ model: this.name, ...this.#options, loading: options.loading });
    const { url, apiKey, advice } = this.#options;
    this.#server = new OllamaServer({
      url,
      apiKey,
      timeoutSeconds: USUAL_TIMEOUT_SECONDS,
      loading: this.#chat.loading,
      advice,
    });
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const models = await this.#server.listModels(signal);
    const wanted = withTag(this.name);
    if (models.some(({ name }) => name === wanted)) return;
    throw missingModel(this.name, this.#server, models, `fetch it with "ollama pull ${this.#options.name}"`);
  }

  async identity(signal?: AbortSignal): Promise<string> {
    const digest = await this.#server.readDigest(withTag(this.name), signal);
    const weights =
      digest === null ? `${this.#options.place ?? this.#server.url} ${withTag(this.name)}` : `ollama ${digest}`;
    const { contextTokens, think } = this.#options;
    return `${weights} ${contextTokens} ${think}`;
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    return this.#chat.send(request.messages, (messages) => this.#ask({ ...request, messages }, signal), signal);
  }

  async #ask(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const start = this.#options.now();
    const answer = await this.#answer(request, signal);
    const seconds = this.#options.now() - start;
    const { usage, finishReason } = answer;
    if (usage !== null && !usage.isEstimated)
      await this.#refuseCut({ usage, finishReason }, request.sampling.maxTokens, signal);
    const text = stripReasoning(withPrefill(answer.text, request.prefill), finishReason);
    return { ...answer, text, seconds };
  }

  async #answer(request: CompletionRequest, signal?: AbortSignal): Promise<Omit<Completion, 'seconds'>> {
    try {
      return await this.#post(request, signal);
    } catch (error) {
      const written = answerInError(error);
      if (written !== null) return { ...written, usage: null, timings: null };
      throw this.#explain(error);
    }
  }

  /** Throws where the context was full, which an old server does not say. */
  async #refuseCut(
    { usage, finishReason }: { usage: Usage; finishReason: Completion['finishReason'] },
    maxTokens: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (endedEarly({ finishReason, usage }, maxTokens)) {
      if (await this.#fillsContext(usage, signal)) throw this.#overflow('the answer filled the rest of the context');
      this.#chat.tellCap(usage.completionTokens, maxTokens);
    }
    if (await this.#wasCut(usage, signal)) {
      throw this.#overflow('this Ollama is older than 0.12.6 and silently cuts what does not fit');
    }
  }

  /** Sends a request; a model that knows no thinking may refuse the field even where it is false, and is then asked without it. */
  async #post(request: CompletionRequest, signal?: AbortSignal): Promise<Omit<Completion, 'seconds'>> {
    try {
      return await this.#send(request, signal);
    } catch (error) {
      const body = httpFailureOf(error)?.body ?? '';
      if (this.#options.think !== false || !this.#sendsThink || !/does not support thinking/.test(body)) throw error;
      this.#sendsThink = false;
      return this.#post(request, signal);
    }
  }

  async #send(request: CompletionRequest, signal?: AbortSignal): Promise<Omit<Completion, 'seconds'>> {
    const { timeoutSeconds, advice, apiKey } = this.#options;
    const url = `${this.#server.url}/api/chat`;
    const watch = watchOf(request);
    const body = this.#toBody(request, watch !== null);
    const post = { url, body, headers: bearer(apiKey), timeoutSeconds, advice: advice.unreachable };
    if (watch === null) return this.#read(await requestAnswer(post, signal));
    const parts = new OllamaParts();
    const answer = await requestStream(post, parts, watch, signal);
    const { came } = answer;
    return this.#chat.streamed(this.#read(answer), { came, pieces: parts.pieces, messages: request.messages });
  }

  #toBody(request: CompletionRequest, stream: boolean): object {
    const { sampling, stop } = request;
    const { name, contextTokens, think, keepAlive } = this.#options;
    return {
      model: name,
      messages: withPrefillMessage(request),
      stream,
      ...(this.#sendsThink ? { think } : {}),
      truncate: false,
      shift: false,
      keep_alive: keepAlive,
      options: {
        num_ctx: contextTokens,
        num_predict: sampling.maxTokens,
        temperature: sampling.temperature,
        seed: sampling.seed,
        ...(stop !== undefined && { stop }),
      },
    };
  }

  #read({ value, text, asFailure }: JsonAnswer): Omit<Completion, 'seconds'> {
    const answer = readOllamaAnswer(value);
    if (answer !== null) return answer;
    const message = `expected an answer of ${this.name} from ${this.#server.url}, got ${quote(text)}`;
    throw new ModelFault('bad-answer', message, { cause: isErrorBody(value) ? asFailure : undefined });
  }

  #explain(error: unknown): unknown {
    const failure = httpFailureOf(error);
    if (failure === null) return error;
    const meaning = meaningOf(error);
    if (meaning === 'context-overflow') return this.#overflow(`it says ${quote(messageIn(failure.body))}`, failure);
    if (meaning === 'unparsed-answer') return explainUnparsed(this.#server.url, failure);
    return (
      this.#explainMissing(failure) ??
      this.#explainMemory(failure) ??
      explainAccess(error, this.#options.advice.refused)
    );
  }

  #explainMissing(failure: HttpFailure): ModelFault | null {
    const said = messageIn(failure.body);
    if (failure.status !== 404 || !/not found/.test(said) || said === failure.body) return null;
    const message = `${this.#server.url} does not have ${this.name}; fetch it with "ollama pull ${this.#options.name}"`;
    return new ModelFault('missing-model', message, { cause: failure });
  }

  #explainMemory(failure: HttpFailure): ModelFault | null {
    const said = messageIn(failure.body);
    if (!/requires more system memory/.test(said)) return null;
    const message = `${this.#server.url} cannot load ${this.name}: ${quote(said)}; use a smaller model or context`;
    return new ModelFault('refused', message, { cause: failure });
  }

  /** A model that was trained for less than the context asked for gets less. */
  async #fillsContext(usage: Usage, signal?: AbortSignal): Promise<boolean> {
    if (fillsContext(usage, this.#options.contextTokens)) return true;
    this.#trainedContext ??= this.#server.readTrainedContext(this.#options.name, signal).catch((error: unknown) => {
      this.#trainedContext = null;
      throw error;
    });
    return fillsContext(usage, await this.#trainedContext);
  }

  #overflow(why: string, cause?: unknown): ModelFault {
    const message = `the conversation does not fit into the ${this.#options.contextTokens} tokens of ${this.name} at ${this.#server.url}: ${why}`;
    return new ModelFault('context-overflow', `${message}; raise its context`, { cause });
  }

  /** Asks for the version only where the counts touch the context, which a server that knows `truncate` and `shift` never cuts. */
  async #wasCut(usage: Usage, signal?: AbortSignal): Promise<boolean> {
    const { contextTokens } = this.#options;
    const touches =
      usage.promptTokens >= contextTokens - 1 || usage.promptTokens + usage.completionTokens >= contextTokens;
    return touches && !knowsTruncate(await this.#server.readVersion(signal));
  }
}
