import { hashOf } from '../base/hash.ts';
import type { Completion, CompletionRequest, Model, Recording } from '../models/model.ts';
import type { Cache } from './cache.ts';

/** What was drawn and not asked for again. */
export interface Reuse {
  calls: number;
  promptTokens: number;
  completionTokens: number;
}

export interface CachedModelOptions {
  /** See Model.identity. */
  readonly identity: string;
  readonly cache: Cache;
  /** Grows with every answer that did not have to be asked for. */
  readonly reuse: Reuse;
}

/** Raise this whenever the adapters make another text of what a model answers. */
const ANSWERS_VERSION = 1;

/** A Model that is asked nothing that the cache holds, and whose answers are kept there. */
export class CachedModel implements Model {
  readonly name: string;
  readonly #model: Model;
  readonly #options: CachedModelOptions;
  readonly #underway = new Map<string, Promise<Completion>>();

  constructor(model: Model, options: CachedModelOptions) {
    this.name = model.name;
    this.#model = model;
    this.#options = options;
  }

  get recording(): Recording | undefined {
    return this.#model.recording;
  }

  async identity(): Promise<string> {
    return this.#options.identity;
  }

  prepare(signal?: AbortSignal): Promise<void> {
    return this.#model.prepare(signal);
  }

  /** Pipelines that want the same draw at the same time share one request. */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    const key = this.#keyOf(request);
    const known = this.#options.cache.completion(key);
    if (known !== null) return this.#reused(known, request);
    for (let underway = this.#underway.get(key); underway !== undefined; underway = this.#underway.get(key)) {
      // What broke for another is asked anew.
      const shared = await underway.catch(() => null);
      if (shared !== null) return this.#reused(shared, request);
      signal?.throwIfAborted();
    }
    const answer = this.#ask(key, request, signal).finally(() => this.#underway.delete(key));
    this.#underway.set(key, answer);
    return answer;
  }

  /** A request whose answer may be cut, is prefilled or has stop strings has a key of its own. */
  #keyOf({ messages, sampling, prefill, stop, isComplete }: CompletionRequest): string {
    const parts = [ANSWERS_VERSION, this.#options.identity, messages, sampling];
    const limits = { ...(prefill && { prefill }), ...(stop && { stop }), ...(isComplete && { cut: true }) };
    return hashOf(Object.keys(limits).length === 0 ? parts : [...parts, limits]);
  }

  async #ask(key: string, request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    const completion = await this.#model.complete(request, signal);
    // Why an answer of another kind ended is not known, so it may end otherwise.
    if (completion.finishReason !== 'other') this.#options.cache.saveCompletion(key, completion);
    return completion;
  }

  #reused(completion: Completion, { onText }: CompletionRequest): Completion {
    const { reuse } = this.#options;
    reuse.calls += 1;
    reuse.promptTokens += completion.usage?.promptTokens ?? 0;
    reuse.completionTokens += completion.usage?.completionTokens ?? 0;
    onText?.(completion.text);
    return completion;
  }
}
