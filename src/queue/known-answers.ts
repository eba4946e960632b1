import { GreenloopError } from '../base/errors.ts';
import type { Cache } from '../cache/cache.ts';
import { CachedModel, type Reuse } from '../cache/cached-model.ts';
import type { Completion, Model } from '../models/model.ts';
import type { Isolation, Sandbox } from '../sandbox/sandbox.ts';
import type { Verdict } from '../sandbox/verdict.ts';

/** Something has to be asked or run that nothing is known of: neither a fault nor a refusal, so that it ends a trial at once. */
export class NotKnown extends GreenloopError {}

/** A model that answers nothing itself: workers do. */
export class ModelElsewhere implements Model {
  readonly name: string;
  readonly #identity: string | null;

  constructor(name: string, identity: string | null) {
    this.name = name;
    this.#identity = identity;
  }

  async prepare(): Promise<void> {}

  async identity(): Promise<string | null> {
    return this.#identity;
  }

  complete(): Promise<Completion> {
    return Promise.reject(new NotKnown(`${this.name} is asked by workers`));
  }
}

/** The same of a sandbox. */
export class SandboxElsewhere implements Sandbox {
  readonly #isolation: Isolation;

  constructor(isolation: Isolation) {
    this.#isolation = isolation;
  }

  run(): Promise<Verdict> {
    return Promise.reject(new NotKnown('programs are run by workers'));
  }

  isolation(): Promise<Isolation> {
    return Promise.resolve(this.#isolation);
  }

  async close(): Promise<void> {}
}

/** A cache over another one that remembers what it was asked for and had, and what it was given. */
export class NotedCache implements Cache {
  readonly #under: Cache | null;
  readonly completions = new Map<string, Completion>();
  readonly verdicts = new Map<string, Verdict>();
  /** Answers that were known before, by key. */
  readonly found = new Map<string, Completion>();

  constructor(under: Cache | null = null) {
    this.#under = under;
  }

  completion(key: string): Completion | null {
    const known = this.completions.get(key) ?? this.found.get(key) ?? this.#under?.completion(key) ?? null;
    if (known !== null && !this.completions.has(key)) this.found.set(key, known);
    return known;
  }

  saveCompletion(key: string, completion: Completion): void {
    this.completions.set(key, completion);
  }

  verdict(key: string): Verdict | null {
    return this.verdicts.get(key) ?? this.#under?.verdict(key) ?? null;
  }

  saveVerdict(key: string, verdict: Verdict): void {
    this.verdicts.set(key, verdict);
  }
}

/** The same models, of which nothing is asked that the cache holds; one of which nothing is known keeps nothing. */
export function withCache(
  model: (name: string) => Model,
  identities: ReadonlyMap<string, string | null>,
  { cache, reuse }: { readonly cache: Cache; readonly reuse: Reuse },
): (name: string) => Model {
  const made = new Map<string, Model>();
  return (name) => {
    const identity = identities.get(name) ?? null;
    const known =
      made.get(name) ?? (identity === null ? model(name) : new CachedModel(model(name), { identity, cache, reuse }));
    made.set(name, known);
    return known;
  };
}
