// Runs in the child.

import type { Sampling } from '../../model.ts';
import type { AddonContext, AddonModel, AddonSampler, LlamaAddon, Token } from './llama-addon.ts';

/** Tokens that follow a prompt. */
export interface Continuation {
  readonly tokens: readonly Token[];
  /** `end`: the model ended it; `length`: it has as many as asked for; `full`: the context is full. */
  readonly reason: 'end' | 'length' | 'full';
}

export interface ContinuationRequest {
  /** Not empty, and shorter than the context. */
  readonly prompt: Uint32Array;
  readonly sampling: Sampling;
  /** Called when the prompt has been read. */
  readonly onPromptRead: () => void;
  /** Called with every token of the continuation as it is drawn. */
  readonly onToken?: ((token: Token) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface DecoderOptions {
  readonly addon: LlamaAddon;
  readonly model: AddonModel;
  readonly context: AddonContext;
  readonly contextTokens: number;
  /** Tokens of a prompt that are read at once. */
  readonly batchTokens: number;
}

/** What is kept of a prompt is so many tokens or a multiple, and as many are read at least: kernels for few tokens round otherwise. */
const TOKENS_OF_KERNELS = 32;
const NO_TOKENS = new Uint32Array();

/**
 * Continues prompts, one at a time, in a context of its own. A batch with other sequences in it would round differently with every
 * change of company, and so now and then give another text for the same seed. The beginning that a prompt shares with the one before it
 * is not read again, where that gives the same bits: without a GPU.
 */
export class Decoder {
  readonly #options: DecoderOptions;
  readonly #keepsTokens: boolean;
  /** The prompt whose state the context holds. */
  #prompt: Uint32Array = NO_TOKENS;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#keepsTokens = options.addon.getGpuType() === false;
  }

  /** Tokens at the beginning of a prompt that need not be read. */
  sharedTokens(prompt: Uint32Array): number {
    if (!this.#keepsTokens) return 0;
    const most = Math.min(this.#prompt.length, prompt.length - TOKENS_OF_KERNELS);
    let shared = 0;
    while (shared < most && this.#prompt[shared] === prompt[shared]) shared += 1;
    return shared - (shared % TOKENS_OF_KERNELS);
  }

  /** Continues a prompt; throws the signal's reason when aborted, after the step under way. */
  async continue(request: ContinuationRequest): Promise<Continuation> {
    const sampler = this.#openSampler(request.sampling);
    try {
      return await this.#draw(request, sampler);
    } finally {
      sampler.dispose();
    }
  }

  #openSampler({ temperature, seed }: Sampling): AddonSampler {
    const { addon, model } = this.#options;
    const sampler = new addon.AddonSampler(model);
    sampler.applyConfig({ temperature, seed });
    return sampler;
  }

  async #draw(request: ContinuationRequest, sampler: AddonSampler): Promise<Continuation> {
    const { prompt, sampling, onPromptRead, onToken, signal } = request;
    const { context, model, contextTokens } = this.#options;
    const tokens: Token[] = [];
    let logits = await this.#read(prompt, signal);
    onPromptRead();
    for (;;) {
      const token = await context.sampleToken(logits, sampler);
      if (token < 0 || model.isEogToken(token)) return { tokens, reason: 'end' };
      tokens.push(token);
      onToken?.(token);
      if (tokens.length >= sampling.maxTokens) return { tokens, reason: 'length' };
      const position = prompt.length + tokens.length - 1;
      if (position >= contextTokens) return { tokens, reason: 'full' };
      signal?.throwIfAborted();
      logits = await this.#decode(Uint32Array.of(token), position);
    }
  }

  /** Reads what is new of a prompt, in the pieces in which it would be read whole; gives the index of the logits after it. */
  async #read(prompt: Uint32Array, signal?: AbortSignal): Promise<number> {
    const { batchTokens } = this.#options;
    let logits = 0;
    for (let position = this.#forgetAllBut(this.sharedTokens(prompt)); position < prompt.length; ) {
      signal?.throwIfAborted();
      const end = position - (position % batchTokens) + batchTokens;
      logits = await this.#decode(prompt.subarray(position, end), position);
      position = end;
    }
    this.#prompt = prompt;
    return logits;
  }

  /** Gives how many tokens are still known: those asked for, or none. */
  #forgetAllBut(tokens: number): number {
    const { context } = this.#options;
    this.#prompt = NO_TOKENS;
    const isWhole = tokens > 0 && context.getSequenceKvCacheMinPosition(0) === 0;
    if (isWhole && context.removeTokenCellsFromSequence(0, tokens, -1)) return tokens;
    context.disposeSequence(0);
    return 0;
  }

  async #decode(tokens: Uint32Array, position: number): Promise<number> {
    const { context } = this.#options;
    context.initBatch(tokens.length);
    const [logits = 0] = context.addToBatch(0, position, tokens, Uint32Array.of(tokens.length - 1));
    await context.decodeBatch();
    return logits;
  }
}
