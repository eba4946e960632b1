import { sleep } from '../../base/concurrency.ts';
import { ModelFault } from '../../base/errors.ts';
import { httpFailureOf } from './http.ts';

export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Upper end of the first wait; it doubles with every further one. */
  readonly firstWaitSeconds: number;
  /** No wait is longer; a server that asks for more gets no further attempt. */
  readonly longestWaitSeconds: number;
  /** Rejects with the signal's reason when aborted. */
  readonly sleep: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** A number in 0 (included) to 1 (excluded). */
  readonly random: () => number;
}

export const defaultRetryPolicy: RetryPolicy = {
  retries: 4,
  firstWaitSeconds: 1,
  longestWaitSeconds: 60,
  sleep,
  random: Math.random,
};

/** One attempt, for whoever repeats it elsewhere. */
export const ASK_ONCE: RetryPolicy = { ...defaultRetryPolicy, retries: 0 };

/** Whether a server was given up: then it gets one attempt a request, until one succeeds. */
export interface ServerHealth {
  isGivenUp: boolean;
}

/** Repeats an attempt after transient faults, with exponential back-off and full jitter; the last fault is thrown as it came. */
export async function retry<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal?: AbortSignal,
  health: ServerHealth = { isGivenUp: false },
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await attempt();
      health.isGivenUp = false;
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      const wait = waitAfter(error, failures, policy);
      const seconds = failures < policy.retries && !health.isGivenUp ? wait : null;
      if (seconds === null) {
        health.isGivenUp = wait !== null;
        throw error;
      }
      await policy.sleep(seconds, signal);
    }
  }
}

/** How long to wait after a fault before the next attempt; null where none should follow. */
export function waitAfter(error: unknown, failures: number, policy: RetryPolicy): number | null {
  if (!(error instanceof ModelFault && error.isTransient)) return null;
  const asked = httpFailureOf(error)?.retryAfterSeconds ?? null;
  if (asked !== null) return asked <= policy.longestWaitSeconds ? asked : null;
  return policy.random() * Math.min(policy.longestWaitSeconds, policy.firstWaitSeconds * 2 ** failures);
}
