import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { untilAborted } from '../base/concurrency.ts';
import { ModelFault } from '../base/errors.ts';
import { chatTokens } from './chat-tokens.ts';
import type { Continuation, ContinuationRequest } from './decoder.ts';
import { type AddonModel, LLAMA_VERSION } from './llama-addon.ts';
import { type LoadedModel, type LoadOptions, loadModel } from './load-gguf.ts';
import type { Completion, CompletionRequest, Message, Model } from './model.ts';
import { RequestQueue } from './request-queue.ts';
import { stripReasoning } from './strip-reasoning.ts';
import { hasSystemText } from './system-role.ts';
import { tokenText } from './token-text.ts';

export interface LlamaCppModelOptions extends Partial<LoadOptions> {
  /** `provider/name`, as a pipeline addresses it. */
  readonly name: string;
  /** The GGUF file. */
  readonly path: string;
  /** Told once, in a line, where conversations are written otherwise than they are. */
  readonly onNote?: (line: string) => void;
  /** A clock in seconds. */
  readonly now?: () => number;
}

interface Loaded extends LoadedModel {
  readonly queue: RequestQueue;
}

const defaults = { contextTokens: 4096, slots: null, onNote: () => {}, now: () => performance.now() / 1000 };

/** A GGUF file, run in this process by llama.cpp. The same request gives the same text, whatever else is asked meanwhile. */
export class LlamaCppModel implements Model {
  readonly name: string;
  readonly #options: Required<LlamaCppModelOptions>;
  #loaded: Promise<Loaded> | null = null;
  #isFoldTold = false;

  constructor(options: LlamaCppModelOptions) {
    this.name = options.name;
    this.#options = { ...defaults, ...options };
  }

  /** Loads the model; throws a Refusal that says what is wrong with the file, or what to install. */
  async prepare(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await untilAborted(() => this.#load(), signal);
  }

  /** The file's SHA-256, the engine's version, the context, which decides what fits, and whether the system text is folded. */
  async identity(signal?: AbortSignal): Promise<string> {
    const { systemText } = await untilAborted(() => this.#load(), signal);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.#options.path, { signal })) hash.update(chunk as Buffer);
    const identity = `llama.cpp ${LLAMA_VERSION} ${hash.digest('hex')} ${this.#options.contextTokens}`;
    return systemText === 'folded' ? `${identity} folded` : identity;
  }

  /** Aborted, it throws at once; its slot is free for another as soon as the step under way is done. */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    return untilAborted(async () => {
      const loaded = await this.#load();
      const turn = { model: this.name, attempt: request.draw.attempt };
      return loaded.queue.run(turn, () => this.#answer(loaded, request, signal), signal);
    }, signal);
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= loadModel(this.#options).then((loaded) => ({
      ...loaded,
      queue: new RequestQueue(loaded.decoders.length),
    }));
    return this.#loaded;
  }

  async #answer(loaded: Loaded, request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const { now } = this.#options;
    const start = now();
    const prompt = this.#toTokens(loaded, request.messages);
    let promptRead = start;
    const onPromptRead = () => {
      promptRead = now();
    };
    const continuation = await this.#continue(loaded, { prompt, sampling: request.sampling, onPromptRead, signal });
    const end = now();
    if (continuation.reason === 'full') throw this.#overflow(loaded, 'the answer filled what was left of it');
    return {
      ...toText(loaded.model, continuation),
      usage: { promptTokens: prompt.length, completionTokens: continuation.tokens.length },
      seconds: end - start,
      timings: { loadSeconds: 0, promptSeconds: promptRead - start, completionSeconds: end - promptRead },
    };
  }

  /** Takes one of the decoders, of which there are as many as the queue lets in. */
  async #continue({ decoders }: Loaded, request: ContinuationRequest): Promise<Continuation> {
    const decoder = decoders.pop();
    if (decoder === undefined) throw new RangeError(`${this.name} has no free decoder`);
    try {
      return await decoder.continue(request);
    } finally {
      decoders.push(decoder);
    }
  }

  #toTokens(loaded: Loaded, messages: readonly Message[]): Uint32Array {
    if (loaded.systemText === 'folded' && hasSystemText(messages)) this.#tellFold();
    const prompt = chatTokens(loaded, messages, this.name);
    if (prompt.length < loaded.contextTokens) return prompt;
    throw this.#overflow(loaded, `it has ${prompt.length} tokens before the answer`);
  }

  #tellFold(): void {
    if (this.#isFoldTold) return;
    this.#isFoldTold = true;
    const { onNote } = this.#options;
    onNote(`the chat template of ${this.name} takes no system message: its text goes into the first user message`);
  }

  #overflow({ contextTokens }: Loaded, why: string): ModelFault {
    const message = `the conversation does not fit into the ${contextTokens} tokens of ${this.name}: ${why}`;
    return new ModelFault('context-overflow', `${message}; raise its context, as far as the model knows one`);
  }
}

function toText(model: AddonModel, { tokens, reason }: Continuation): Pick<Completion, 'text' | 'finishReason'> {
  const finishReason = reason === 'end' ? 'stop' : 'length';
  return { text: stripReasoning(tokenText(model, tokens), finishReason), finishReason };
}
