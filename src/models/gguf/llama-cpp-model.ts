import { untilAborted } from '../../base/concurrency.ts';
import { ModelFault } from '../../base/errors.ts';
import { sha256OfFile } from '../../base/hash.ts';
import { quote } from '../../base/printable.ts';
import { watchOf } from '../answer-watch.ts';
import type { Completion, CompletionRequest, Model } from '../model.ts';
import { RequestQueue } from '../request-queue.ts';
import { findStop } from '../stop-strings.ts';
import { stripReasoning } from '../strip-reasoning.ts';
import { hasSystemText } from '../system-text.ts';
import { LLAMA_VERSION } from './child/llama-addon.ts';
import type { ReadyEvent } from './child/llama-messages.ts';
import type { Outcome, Question } from './llama-call.ts';
import { USUAL_PATIENCE } from './llama-patience.ts';
import { LlamaRunner, type LlamaRunnerOptions } from './llama-runner.ts';

export interface LlamaCppModelOptions extends Partial<LlamaRunnerOptions> {
  /** `provider/name`, as a pipeline addresses it. */
  readonly name: string;
  /** The GGUF file. */
  readonly path: string;
  /** Told once, in a line, where conversations are written otherwise than they are. */
  readonly onNote?: (line: string) => void;
  /** A clock in seconds. */
  readonly now?: () => number;
}

interface Opened extends ReadyEvent {
  readonly queue: RequestQueue;
}

const defaults = {
  contextTokens: 4096,
  slots: null,
  bubblewrap: null,
  patience: USUAL_PATIENCE,
  onNote: () => {},
  now: () => performance.now() / 1000,
};
const LONGEST_TIMER = 2 ** 31 - 1;

/** Ends the child of a model that nobody holds any more. */
const forgotten = new FinalizationRegistry((runner: LlamaRunner) => runner.close());

/** A GGUF file, run by llama.cpp in a child process. The same request gives the same text, whatever else is asked meanwhile. */
export class LlamaCppModel implements Model {
  readonly name: string;
  readonly #options: Required<LlamaCppModelOptions>;
  readonly #runner: LlamaRunner;
  #opened: Promise<Opened> | null = null;
  #isFoldTold = false;

  constructor(options: LlamaCppModelOptions) {
    this.name = options.name;
    this.#options = { ...defaults, ...options };
    this.#runner = new LlamaRunner(this.#options);
    forgotten.register(this, this.#runner);
  }

  /** Loads the model; throws a Refusal that says what is wrong with the file, or what to install, or a ModelFault where it ends llama.cpp. */
  async prepare(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await whileRunning(() => this.#open(), signal);
  }

  /** The file's SHA-256, the engine's version, the context, which decides what fits, and whether the system text is folded. */
  async identity(signal?: AbortSignal): Promise<string> {
    const { systemText } = await whileRunning(() => this.#open(), signal);
    const hash = await sha256OfFile(this.#options.path, signal);
    const identity = `llama.cpp ${LLAMA_VERSION} ${hash} ${this.#options.contextTokens}`;
    return systemText === 'folded' ? `${identity} folded` : identity;
  }

  /** Aborted, it throws at once; its slot is free for another as soon as the step under way is done. */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    return whileRunning(async () => {
      const opened = await this.#open();
      const turn = { model: this.name, attempt: request.draw.attempt };
      return opened.queue.run(turn, () => this.#answer(opened, request, signal), signal);
    }, signal);
  }

  /** Ends the child process; asked again, the model starts another. Without this it ends with greenloop, or with the last use of the model. */
  close(): void {
    this.#runner.close();
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#runner.open().then((ready) => ({ ...ready, queue: new RequestQueue(ready.slots) }));
    return this.#opened;
  }

  async #answer(opened: Opened, request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const { now } = this.#options;
    const { messages, sampling, prefill } = request;
    if (opened.systemText === 'folded' && hasSystemText(messages)) this.#tellFold();
    const start = now();
    let promptRead = start;
    const onRead = () => {
      promptRead = now();
    };
    const outcome = await this.#runner.ask({ messages, sampling, prefill, onRead, ...heardBy(request) }, signal);
    const end = now();
    signal?.throwIfAborted();
    return {
      ...this.#completionOf(outcome, request, opened),
      seconds: end - start,
      timings: { loadSeconds: 0, promptSeconds: promptRead - start, completionSeconds: end - promptRead },
    };
  }

  #completionOf(
    outcome: Outcome,
    request: CompletionRequest,
    opened: Opened,
  ): Pick<Completion, 'text' | 'finishReason' | 'usage'> {
    switch (outcome.kind) {
      case 'answer': {
        const { promptTokens, completionTokens } = outcome;
        return { ...ended(outcome, request), usage: { promptTokens, completionTokens } };
      }
      case 'overflow':
        throw this.#overflow(outcome, opened);
      case 'unwritable': {
        const message = `the chat template of ${this.name} cannot write this conversation: ${quote(outcome.said)}`;
        throw new ModelFault('refused', message);
      }
      case 'broken':
        throw new ModelFault('bad-answer', `llama.cpp could not continue ${this.name}: ${quote(outcome.said)}`);
      case 'cancelled':
        throw new ModelFault('bad-answer', `llama.cpp cancelled the request to ${this.name}; try again`);
    }
  }

  #tellFold(): void {
    if (this.#isFoldTold) return;
    this.#isFoldTold = true;
    const { onNote } = this.#options;
    onNote(`the chat template of ${this.name} refuses system messages: their text goes into the first user message`);
  }

  #overflow({ promptTokens, isInAnswer }: Outcome & { kind: 'overflow' }, { contextTokens }: Opened): ModelFault {
    const why = isInAnswer ? 'the answer filled the rest of them' : `it has ${promptTokens} tokens before the answer`;
    const message = `the conversation does not fit into the ${contextTokens} tokens of ${this.name}: ${why}`;
    return new ModelFault('context-overflow', `${message}; use a larger context, up to what the model supports`);
  }
}

/** Who hears of an answer while it is written. */
function heardBy(request: CompletionRequest): Pick<Question, 'onText' | 'isComplete'> {
  const { prefill = '', isComplete, stop = [] } = request;
  const watch = watchOf(request);
  const hear = watch === null ? undefined : (text: string) => watch(prefill + text);
  if (isComplete === undefined && stop.length === 0) return { onText: hear };
  return { isComplete: (text) => findStop(text, stop) >= 0 || (hear?.(text) ?? false) };
}

/** The text of an answer, and why it ended: before its first stop string, if it has one. */
function ended(
  { text, reason }: Outcome & { kind: 'answer' },
  { prefill = '', stop }: CompletionRequest,
): Pick<Completion, 'text' | 'finishReason'> {
  const place = findStop(text, stop);
  const finishReason = place >= 0 || reason === 'end' ? 'stop' : reason;
  const kept = place >= 0 ? text.slice(0, place) : text;
  return { text: stripReasoning(prefill + kept, finishReason), finishReason };
}

/** What the work gives, or the signal's reason as soon as it is aborted; greenloop runs on until then, for which the child alone is no reason. */
async function whileRunning<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const timer = setInterval(() => {}, LONGEST_TIMER);
  try {
    return await untilAborted(work, signal);
  } finally {
    clearInterval(timer);
  }
}
