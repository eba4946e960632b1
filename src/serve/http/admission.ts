import { WireError } from '../wire-error.ts';

/** How many requests are answered at once, and how many may wait. */
export interface AdmissionLimits {
  readonly concurrent: number;
  readonly waiting: number;
}

/** Lets requests in one after the other; one that would wait behind too many is refused at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Resolves with what ends the turn when it is the request's turn; throws WireError at once where too many wait. */
  enter(signal: AbortSignal): Promise<() => void> {
    if (this.#running < this.#limits.concurrent) {
      this.#running += 1;
      return Promise.resolve(this.#turn());
    }
    if (this.#queue.length >= this.#limits.waiting) {
      throw new WireError('busy', 'too many requests are waiting; try again later', { retryAfterSeconds: 5 });
    }
    return this.#wait(signal).then(() => this.#turn());
  }

  /** What happens in the request's turn, which ends with it; throws WireError at once where too many wait. */
  during<Event>(signal: AbortSignal, work: () => AsyncIterable<Event>): AsyncGenerator<Event> {
    return inTurn(this.enter(signal), work);
  }

  #turn(): () => void {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      // The turn goes to who has waited longest.
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      const place = this.#queue.indexOf(resolve);
      if (place >= 0) this.#queue.splice(place, 1);
      reject(signal.reason);
    };
    signal.throwIfAborted();
    this.#queue.push(resolve);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

async function* inTurn<Event>(turn: Promise<() => void>, work: () => AsyncIterable<Event>): AsyncGenerator<Event> {
  const leave = await turn;
  try {
    yield* work();
  } finally {
    leave();
  }
}
