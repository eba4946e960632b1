import { hashOf } from '../base/hash.ts';
import type { Isolation, RunRequest, Sandbox } from '../sandbox/sandbox.ts';
import { hashOfTests } from '../sandbox/tests-hash.ts';
import type { Verdict, VerdictKind } from '../sandbox/verdict.ts';
import type { Cache } from './cache.ts';

/** What a busy or full machine may do to a program that is right; it is run again in the next run. */
const MOMENTARY: ReadonlySet<VerdictKind> = new Set(['timed-out', 'out-of-memory', 'crashed']);

/** A Sandbox that runs nothing that the cache holds, and whose verdicts are kept there. */
export class CachedSandbox implements Sandbox {
  readonly #sandbox: Sandbox;
  readonly #cache: Cache;
  readonly #place: string;

  private constructor(sandbox: Sandbox, cache: Cache, place: string) {
    this.#sandbox = sandbox;
    this.#cache = cache;
    this.#place = place;
  }

  /** Verdicts belong to the kind of isolation, the Python and the judge that gave them; `judge` tells versions of it apart. */
  static async around(sandbox: Sandbox, { cache, judge }: { cache: Cache; judge: string }): Promise<CachedSandbox> {
    const { name, python } = await sandbox.isolation();
    return new CachedSandbox(sandbox, cache, `${name} ${python} ${judge}`);
  }

  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    const key = hashOf([this.#place, { ...request, tests: request.tests && hashOfTests(request.tests) }]);
    const known = this.#cache.verdict(key);
    if (known !== null) return known;
    const verdict = await this.#sandbox.run(request, signal);
    if (!MOMENTARY.has(verdict.kind)) this.#cache.saveVerdict(key, verdict);
    return verdict;
  }

  isolation(): Promise<Isolation> {
    return this.#sandbox.isolation();
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }
}
