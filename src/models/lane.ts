import type { ModelFault } from '../base/errors.ts';
import { defaultRetryPolicy, type RetryPolicy, waitAfter } from './http/retry.ts';

interface LaneOptions {
  /** Requests at once. */
  readonly slots: number;
  /** How long the server rests after faults, and after how many it is given up. */
  readonly policy?: RetryPolicy;
  /** A clock in seconds. */
  readonly now?: () => number;
}

/**
 * One model server as a queue sees it: the requests that it answers, the model that it has loaded, and its rest after a fault. Each fault in a row
 * doubles the rest; after a rest one request at a time shows whether the server is back.
 */
export class Lane {
  slots: number;
  inFlight = 0;
  /** Grows with each rest: what was known of the server before may no longer hold. */
  age = 0;
  /** Rests since its last answer. */
  faults = 0;
  /** The fault before the latest of those rests. */
  fault: ModelFault | null = null;
  /** Whether the user was told that it is away, and not yet that it is back. */
  isToldAway = false;
  #model: string | null = null;
  #loaded: ReadonlySet<string> = new Set();
  #restsUntil = Number.NEGATIVE_INFINITY;
  readonly #policy: RetryPolicy;
  readonly #now: () => number;

  constructor({ slots, policy = defaultRetryPolicy, now }: LaneOptions) {
    if (!Number.isInteger(slots) || slots < 1) throw new RangeError(`expected slots of 1 or more, got ${slots}`);
    this.slots = slots;
    this.#policy = policy;
    this.#now = now ?? (() => performance.now() / 1000);
  }

  /** The model of the requests that it answers, or answered last; null before the first. */
  get model(): string | null {
    return this.#model;
  }

  /** Whether another request may be sent now. */
  get isFree(): boolean {
    return !this.isResting && this.inFlight < (this.faults > 0 ? 1 : this.slots);
  }

  get isResting(): boolean {
    return this.restSeconds > 0;
  }

  /** Until its rest ends; 0 where it does not rest. */
  get restSeconds(): number {
    return Math.max(0, this.#restsUntil - this.#now());
  }

  /** Whether it could not be reached so often in a row that it need not be waited for. */
  get isGivenUp(): boolean {
    return this.faults > this.#policy.retries && this.fault?.reason === 'unreachable';
  }

  /** Takes note of what the server says of itself: requests at once, and the models in memory, by the names that requests have. */
  describe(slots: number, loaded: readonly string[]): void {
    this.slots = slots;
    this.#loaded = new Set(loaded);
  }

  hasLoaded(model: string): boolean {
    return this.#loaded.has(model);
  }

  begin(model: string): void {
    this.inFlight += 1;
    this.#model = model;
    if (!this.#loaded.has(model)) this.#loaded = new Set([model]);
  }

  end(): void {
    this.inFlight -= 1;
  }

  /** It gave an answer. */
  worked(): void {
    this.faults = 0;
    this.fault = null;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  /** It answers questions about itself again, so that a request may show whether it is back. */
  wake(): void {
    this.#restsUntil = Number.NEGATIVE_INFINITY;
    this.faults = Math.min(this.faults, this.#policy.retries);
  }

  /** Lets it rest after the fault of a request that was sent at this age; faults of requests before its latest rest say nothing new. */
  failed(fault: ModelFault, age: number): void {
    if (age !== this.age) return;
    const { longestWaitSeconds } = this.#policy;
    this.#restsUntil = this.#now() + (waitAfter(fault, this.faults, this.#policy) ?? longestWaitSeconds);
    this.age += 1;
    this.faults += 1;
    this.fault = fault;
  }
}
