import { z } from 'zod';
import { ModelFault } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import { ranOutOfContext, saysOverflow } from './context-overflow.ts';
import { type HttpFailure, httpFailureOf, messageIn, requestJson } from './http.ts';
import { missingModel } from './missing-model.ts';
import type { Completion, CompletionRequest, Model, Usage } from './model.ts';
import { knowsTruncate, OllamaServer, ollamaAdvice, withTag } from './ollama-server.ts';
import { defaultRetryPolicy, type RetryPolicy, retry, type ServerHealth } from './retry.ts';
import { stripReasoning } from './strip-reasoning.ts';

export interface OllamaModelOptions {
  /** As Ollama calls it; without a tag it means `:latest`. */
  readonly name: string;
  readonly url: string;
  /** `num_ctx`: the same for all requests of a run, as a change reloads the model. */
  readonly contextTokens?: number;
  readonly think?: boolean | 'low' | 'medium' | 'high';
  /** How long the model stays loaded, as Ollama writes durations. */
  readonly keepAlive?: string;
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  /** A clock in seconds. */
  readonly now?: () => number;
}

// Ollama leaves out numbers that are 0.
const number = z.number().nonnegative().nullish().catch(null);

const answerSchema = z.object({
  message: z.object({ content: z.string() }),
  done_reason: z.string().nullish().catch(null),
  prompt_eval_count: number,
  eval_count: number,
  load_duration: number,
  prompt_eval_duration: number,
  eval_duration: number,
});

type Answer = z.infer<typeof answerSchema>;

const defaults = {
  contextTokens: 4096,
  think: false as const,
  keepAlive: '10m',
  timeoutSeconds: 300,
  retry: defaultRetryPolicy,
  now: () => performance.now() / 1000,
};

/** A model behind Ollama's own /api/chat, where a conversation that does not fit is an error rather than cut. */
export class OllamaModel implements Model {
  readonly name: string;
  readonly #options: Required<OllamaModelOptions>;
  readonly #server: OllamaServer;
  #sendsThink = true;

  readonly #health: ServerHealth = { isGivenUp: false };

  constructor(options: OllamaModelOptions) {
    this.name = `ollama/${options.name}`;
    this.#options = { ...defaults, ...options };
    this.#server = new OllamaServer(options.url);
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    const models = await this.#server.listModels(signal);
    const wanted = withTag(this.name);
    if (models.some(({ name }) => name === wanted)) return;
    throw missingModel(this.name, this.#server, models, `fetch it with "ollama pull ${this.#options.name}"`);
  }

  async identity(signal?: AbortSignal): Promise<string> {
    const digest = await this.#server.readDigest(withTag(this.name), signal);
    const weights = digest === null ? `${this.#server.url} ${withTag(this.name)}` : `ollama ${digest}`;
    const { contextTokens, think } = this.#options;
    return `${weights} ${contextTokens} ${think}`;
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    return retry(() => this.#ask(request, signal), this.#options.retry, signal, this.#health);
  }

  async #ask(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const start = this.#options.now();
    const answer = this.#parse(await this.#post(request, signal));
    const seconds = this.#options.now() - start;
    const finishReason = toFinishReason(answer.done_reason);
    const usage = toUsage(answer);
    if (ranOutOfContext(finishReason, answer.eval_count ?? null, request.sampling.maxTokens)) {
      throw this.#overflow('the answer filled what was left of the context');
    }
    if (usage !== null && (await this.#wasCut(usage, signal))) {
      throw this.#overflow('this Ollama is older than 0.12.6 and cuts what does not fit without saying so');
    }
    const text = stripReasoning(answer.message.content, finishReason);
    return { text, finishReason, usage, seconds, timings: toTimings(answer) };
  }

  /** Sends a request; a model that knows no thinking may refuse the field even where it is false, and is then asked without it. */
  async #post(request: CompletionRequest, signal?: AbortSignal): Promise<unknown> {
    const { timeoutSeconds, think } = this.#options;
    const url = `${this.#server.url}/api/chat`;
    try {
      return await requestJson({ url, body: this.#toBody(request), timeoutSeconds, advice: ollamaAdvice }, signal);
    } catch (error) {
      const failure = httpFailureOf(error);
      if (failure === null) throw error;
      if (think === false && this.#sendsThink && /does not support thinking/.test(failure.body)) {
        this.#sendsThink = false;
        return this.#post(request, signal);
      }
      throw this.#explain(failure) ?? error;
    }
  }

  #toBody({ messages, sampling }: CompletionRequest): object {
    const { name, contextTokens, think, keepAlive } = this.#options;
    return {
      model: name,
      messages,
      stream: false,
      ...(this.#sendsThink ? { think } : {}),
      truncate: false,
      shift: false,
      keep_alive: keepAlive,
      options: {
        num_ctx: contextTokens,
        num_predict: sampling.maxTokens,
        temperature: sampling.temperature,
        seed: sampling.seed,
      },
    };
  }

  #parse(value: unknown): Answer {
    const answer = answerSchema.safeParse(value);
    if (answer.success && answer.data.done_reason !== 'load' && answer.data.done_reason !== 'unload')
      return answer.data;
    const body = JSON.stringify(value);
    if (saysOverflow(messageIn(body)) && !answer.success) throw this.#overflow(quote(messageIn(body)));
    throw new ModelFault(
      'bad-answer',
      `expected an answer of ${this.name} from ${this.#server.url}, got ${quote(body)}`,
    );
  }

  #explain(failure: HttpFailure): ModelFault | null {
    const { status, body } = failure;
    const said = quote(messageIn(body));
    if (saysOverflow(body)) return this.#overflow(`it says ${said}`, failure);
    if (status === 404 && /not found/.test(messageIn(body)) && messageIn(body) !== body) {
      const advice = `fetch it with "ollama pull ${this.#options.name}"`;
      return new ModelFault('missing-model', `${this.#server.url} does not have ${this.name}; ${advice}`, {
        cause: failure,
      });
    }
    if (/requires more system memory/.test(body)) {
      return new ModelFault(
        'refused',
        `${this.#server.url} cannot load ${this.name}: ${said}; take a smaller model or context`,
        {
          cause: failure,
        },
      );
    }
    return null;
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

function toFinishReason(reason: string | null | undefined): Completion['finishReason'] {
  return reason === 'stop' || reason === 'length' ? reason : 'other';
}

function toUsage({ prompt_eval_count: prompt, eval_count: completion }: Answer): Usage | null {
  return prompt == null || completion == null ? null : { promptTokens: prompt, completionTokens: completion };
}

/** Nanoseconds to seconds; null where the server measured nothing. */
function toTimings(answer: Answer): Completion['timings'] {
  const measured = [answer.load_duration, answer.prompt_eval_duration, answer.eval_duration];
  if (measured.every((nanoseconds) => nanoseconds == null)) return null;
  const [loadSeconds = 0, promptSeconds = 0, completionSeconds = 0] = measured.map(
    (nanoseconds) => (nanoseconds ?? 0) / 1e9,
  );
  return { loadSeconds, promptSeconds, completionSeconds };
}
