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

/**
 * Continues prompts, one at a time, in a context of its own. A batch with other sequences in it would round differently with every
 * change of company, and so now and then give another text for the same seed.
 */
export class Decoder {
  readonly #options: DecoderOptions;

  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  /** Continues a prompt; throws the signal's reason when aborted, after the step under way. */
  async continue(request: ContinuationRequest): Promise<Continuation> {
    const sampler = this.#openSampler(request.sampling);
    try {
      return await this.#draw(request, sampler);
    } finally {
      sampler.dispose();
      this.#options.context.disposeSequence(0);
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

  /** Reads a prompt piece by piece; gives the index of the logits after it. */
  async #read(prompt: Uint32Array, signal?: AbortSignal): Promise<number> {
    const { batchTokens } = this.#options;
    let logits = 0;
    for (let position = 0; position < prompt.length; position += batchTokens) {
      signal?.throwIfAborted();
      logits = await this.#decode(prompt.subarray(position, position + batchTokens), position);
    }
    return logits;
  }

  async #decode(tokens: Uint32Array, position: number): Promise<number> {
    const { context } = this.#options;
    context.initBatch(tokens.length);
    const [logits = 0] = context.addToBatch(0, position, tokens, Uint32Array.of(tokens.length - 1));
    await context.decodeBatch();
    return logits;
  }
}
