import type { AddonContext, AddonModel, AddonSampler, LlamaAddon, Token } from './llama-addon.ts';
import type { Sampling } from './model.ts';

/** Tokens that follow a prompt. */
export interface Continuation {
  readonly tokens: readonly Token[];
  /** `end`: the model ended it; `length`: it has as many as asked for; `full`: its share of the context is full. */
  readonly reason: 'end' | 'length' | 'full';
}

export interface ContinuationRequest {
  readonly prompt: Uint32Array;
  readonly sampling: Sampling;
  /** Called when the prompt has been read. */
  readonly onPromptRead: () => void;
  readonly signal?: AbortSignal | undefined;
}

interface Sequence {
  readonly id: number;
  readonly request: ContinuationRequest;
  readonly sampler: AddonSampler;
  /** Not yet decoded. */
  pending: Uint32Array;
  /** Tokens decoded. */
  position: number;
  readonly made: Token[];
  readonly resolve: (continuation: Continuation) => void;
  readonly reject: (reason: unknown) => void;
}

export interface BatchDecoderOptions {
  readonly addon: LlamaAddon;
  readonly model: AddonModel;
  readonly context: AddonContext;
  /** Sequences that the context has room for. */
  readonly sequences: number;
  readonly tokensPerSequence: number;
  readonly batchTokens: number;
}

/** Continues several prompts at once: each step decodes a piece of every sequence in one batch and draws its next token. */
export class BatchDecoder {
  readonly #options: BatchDecoderOptions;
  readonly #free: number[];
  #active: Sequence[] = [];
  #isRunning = false;

  constructor(options: BatchDecoderOptions) {
    this.#options = options;
    this.#free = Array.from({ length: options.sequences }, (_, id) => id);
  }

  /** Continues a prompt that is shorter than a sequence; throws a RangeError where all sequences are taken, or the signal's reason. */
  continue(request: ContinuationRequest): Promise<Continuation> {
    const id = this.#free.shift();
    if (id === undefined) throw new RangeError(`all ${this.#options.sequences} sequences are taken`);
    const sampler = this.#openSampler(request.sampling);
    return new Promise((resolve, reject) => {
      this.#active.push({ id, request, sampler, pending: request.prompt, position: 0, made: [], resolve, reject });
      // Every outcome is passed on to the sequences.
      if (!this.#isRunning) void this.#run();
    });
  }

  #openSampler({ temperature, seed }: Sampling): AddonSampler {
    const { addon, model } = this.#options;
    const sampler = new addon.AddonSampler(model);
    sampler.applyConfig({ temperature, seed });
    return sampler;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (;;) {
        this.#dropAborted();
        if (this.#active.length === 0) return;
        await this.#step();
      }
    } catch (error) {
      for (const sequence of [...this.#active]) this.#end(sequence, () => sequence.reject(error));
    } finally {
      this.#isRunning = false;
    }
  }

  #dropAborted(): void {
    for (const sequence of [...this.#active]) {
      const { signal } = sequence.request;
      if (signal?.aborted) this.#end(sequence, () => sequence.reject(signal.reason));
    }
  }

  async #step(): Promise<void> {
    const pieces = this.#takePieces();
    const { context } = this.#options;
    context.initBatch(pieces.reduce((sum, { tokens }) => sum + tokens.length, 0));
    const logits = pieces.map(({ sequence, tokens }) => this.#addPiece(sequence, tokens));
    await context.decodeBatch();
    for (const [index, { sequence }] of pieces.entries()) {
      const logit = logits[index];
      if (logit !== undefined) await this.#draw(sequence, logit);
    }
  }

  /** A piece of every sequence; a long prompt gets what the others, with their one token each, leave of the batch. */
  #takePieces(): { sequence: Sequence; tokens: Uint32Array }[] {
    let room = this.#options.batchTokens;
    return this.#active.map((sequence, index) => {
      const others = this.#active.length - index - 1;
      const tokens = sequence.pending.subarray(0, room - others);
      room -= tokens.length;
      return { sequence, tokens };
    });
  }

  /** Adds a piece to the batch; gives the index of its last logits where nothing of the sequence is left after it. */
  #addPiece(sequence: Sequence, tokens: Uint32Array): number | undefined {
    const isLast = tokens.length === sequence.pending.length;
    const wanted = isLast ? Uint32Array.of(tokens.length - 1) : new Uint32Array();
    const [logit] = this.#options.context.addToBatch(sequence.id, sequence.position, tokens, wanted);
    sequence.pending = sequence.pending.subarray(tokens.length);
    sequence.position += tokens.length;
    return logit;
  }

  async #draw(sequence: Sequence, logit: number): Promise<void> {
    const { context, model, tokensPerSequence } = this.#options;
    const { made, request, sampler } = sequence;
    if (made.length === 0) request.onPromptRead();
    const token = await context.sampleToken(logit, sampler);
    if (token < 0 || model.isEogToken(token)) return this.#finish(sequence, 'end');
    made.push(token);
    if (made.length >= request.sampling.maxTokens) return this.#finish(sequence, 'length');
    if (sequence.position >= tokensPerSequence) return this.#finish(sequence, 'full');
    sequence.pending = Uint32Array.of(token);
  }

  #finish(sequence: Sequence, reason: Continuation['reason']): void {
    this.#end(sequence, () => sequence.resolve({ tokens: sequence.made, reason }));
  }

  #end(sequence: Sequence, settle: () => void): void {
    this.#active = this.#active.filter((other) => other !== sequence);
    sequence.sampler.dispose();
    this.#options.context.disposeSequence(sequence.id);
    this.#free.push(sequence.id);
    settle();
  }
}
