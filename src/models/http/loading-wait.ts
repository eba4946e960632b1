import { untilAborted } from '../../base/concurrency.ts';
import { ModelFault } from '../../base/errors.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import { meaningOf } from './server-error.ts';

interface LoadingWaitOptions {
  /** Of the server, for what the user is told. */
  readonly url: string;
  /** No model is waited for longer. */
  readonly longestSeconds?: number;
  /** How pauses are made; they grow to two seconds. */
  readonly policy?: RetryPolicy;
  /** A clock in seconds. */
  readonly now?: () => number;
  /** Told again and again, in a line each, while a model is waited for. */
  readonly onWait?: (line: string) => void;
}

const USUAL_LONGEST_SECONDS = 600;
const LONGEST_PAUSE_SECONDS = 2;

/**
 * Waits for a server that answers "loading": one request asks again until the server gives another answer, the others wait for it. After a
 * wait that took too long, requests get one attempt each until the server is there.
 */
export class LoadingWait {
  readonly #options: Required<LoadingWaitOptions>;
  /** Ends when the model is loaded, or whoever asks has given up; never rejects. */
  #underway: Promise<void> | null = null;
  #isGivenUp = false;

  constructor(options: LoadingWaitOptions) {
    this.#options = {
      longestSeconds: USUAL_LONGEST_SECONDS,
      policy: defaultRetryPolicy,
      now: () => performance.now() / 1000,
      onWait: () => {},
      ...options,
    };
  }

  /** What the attempt gives once the server has loaded its model; throws ModelFault (`timed-out`) where that takes too long. */
  async through<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const others = this.#underway;
      if (others !== null) await untilAborted(() => others, signal);
      try {
        const answer = await attempt();
        this.#isGivenUp = false;
        return answer;
      } catch (error) {
        if (meaningOf(error) !== 'loading') throw error;
        if (this.#isGivenUp) throw this.#stillLoading(error);
      }
      if (this.#underway === null) return this.#lead(attempt, signal);
    }
  }

  async #lead<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underway = promise;
    try {
      return await this.#askAgain(attempt, signal);
    } finally {
      this.#underway = null;
      resolve();
    }
  }

  async #askAgain<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { url, longestSeconds, policy, now, onWait } = this.#options;
    const start = now();
    for (let pauses = 0; ; pauses += 1) {
      const waited = now() - start;
      onWait(`waiting for ${url}: loading the model (${Math.round(waited)} s)`);
      const longest = Math.min(LONGEST_PAUSE_SECONDS, policy.firstWaitSeconds * 2 ** pauses);
      await policy.sleep(policy.random() * longest, signal);
      try {
        return await attempt();
      } catch (error) {
        if (meaningOf(error) !== 'loading') throw error;
        if (now() - start < longestSeconds) continue;
        this.#isGivenUp = true;
        throw this.#stillLoading(error);
      }
    }
  }

  #stillLoading(cause: unknown): ModelFault {
    const { url, longestSeconds } = this.#options;
    const message = `${url} has not loaded its model within ${longestSeconds} s; wait for it, or allow more (load_timeout)`;
    return new ModelFault('timed-out', message, { cause });
  }
}
