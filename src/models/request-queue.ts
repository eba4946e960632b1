/** Which model a request is for, and how far the work that it belongs to has come. */
export interface Turn {
  readonly model: string;
  /** Requests made for the same work before this one. */
  readonly attempt: number;
}

interface Waiting extends Turn {
  readonly start: () => void;
}

/**
 * Holds the requests for one model server: at most `slots` run at once, all for the same model. Requests for the model
 * now loaded go first, among them what has come farthest, so that work is ended before more is begun; when none is left the model of the
 * oldest waiting request is next, as soon as the last answer is in.
 */
export class RequestQueue {
  readonly slots: number;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #loaded: string | null = null;

  constructor(slots: number) {
    if (!Number.isInteger(slots) || slots < 1) throw new RangeError(`expected slots of 1 or more, got ${slots}`);
    this.slots = slots;
  }

  /** Does the work in its turn and passes on its outcome; aborted while it waits, it is not done and the signal's reason is thrown. */
  async run<T>(turn: Turn, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#wait(turn, signal);
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      this.#startNext();
    }
  }

  #wait(turn: Turn, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const waiting: Waiting = { ...turn, start };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  #startNext(): void {
    while (this.#inFlight < this.slots) {
      const next = this.#farthestOfLoadedModel() ?? this.#oldestOfAnotherModel();
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#loaded = next.model;
      this.#inFlight += 1;
      next.start();
    }
  }

  #farthestOfLoadedModel(): Waiting | undefined {
    let farthest: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.model === this.#loaded && waiting.attempt > (farthest?.attempt ?? -1)) farthest = waiting;
    }
    return farthest;
  }

  #oldestOfAnotherModel(): Waiting | undefined {
    return this.#inFlight === 0 ? this.#waiting[0] : undefined;
  }
}
