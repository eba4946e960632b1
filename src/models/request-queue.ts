import { Lane } from './lane.ts';

/** Which model a request is for, how far the work that it belongs to has come, and where it may be sent. */
export interface Turn {
  readonly model: string;
  /** Requests made for the same work before this one. */
  readonly attempt: number;
  /** Where it may be sent; everywhere without it. */
  readonly places?: Places;
}

/** Where the requests of one model may be sent. */
export interface Places {
  /** The servers that may answer them now. */
  lanes(): readonly Lane[];
  /** Why they need not wait any longer; null while a server may still answer them. */
  hopeless(): Error | null;
}

interface Waiting extends Turn {
  readonly start: (lane: Lane) => void;
  readonly refuse: (reason: unknown) => void;
}

/** A request that can be sent, and where. */
interface Next {
  readonly waiting: Waiting;
  readonly lane: Lane;
}

/**
 * Holds the requests for one model server or several: on each at most its slots run at once, all for the same model. A server that has room takes
 * requests for the model that it has loaded first, among them what has come farthest, so that work is ended before more is begun; when none is left
 * the model of the oldest waiting request is next, as soon as the last answer is in. Of several servers that have room, one that has the model
 * loaded comes first, then the least busy one.
 */
export class RequestQueue {
  readonly #lanes: readonly Lane[];
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What was asked of the places in this look at the waiting requests: many have the same. */
  readonly #lanesNow = new Map<Places, readonly Lane[]>();

  /** With the slots of its one server, or with the servers. */
  constructor(lanes: number | readonly Lane[]) {
    this.#lanes = typeof lanes === 'number' ? [new Lane({ slots: lanes })] : lanes;
  }

  /** Does the work in its turn and passes on its outcome; aborted while it waits, it is not done and the signal's reason is thrown. */
  async run<T>(turn: Turn, work: (lane: Lane) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const lane = await this.#wait(turn, signal);
    try {
      return await work(lane);
    } finally {
      lane.end();
      this.#startNext();
    }
  }

  #wait(turn: Turn, signal?: AbortSignal): Promise<Lane> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#leave(waiting);
        reject(signal?.reason);
        this.#startNext();
      };
      const start = (lane: Lane) => {
        signal?.removeEventListener('abort', leave);
        resolve(lane);
      };
      const refuse = (reason: unknown) => {
        signal?.removeEventListener('abort', leave);
        reject(reason);
      };
      const waiting: Waiting = { ...turn, start, refuse };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  #leave(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
  }

  #startNext(): void {
    this.#lanesNow.clear();
    // A rest that ends meanwhile is looked at once more.
    const resting = this.#lanes.filter((lane) => lane.isResting);
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const { waiting, lane } = next;
      this.#leave(waiting);
      lane.begin(waiting.model);
      waiting.start(lane);
    }
    this.#refuseHopeless();
    this.#wakeAfterRest(resting);
  }

  #next(): Next | null {
    const possible = this.#lanes
      .filter((lane) => lane.isFree)
      .map((lane) => ({ lane, waiting: this.#choiceOf(lane) }))
      .filter((next): next is Next => next.waiting !== undefined);
    return possible.toSorted(byNeed)[0] ?? null;
  }

  #choiceOf(lane: Lane): Waiting | undefined {
    const own = this.#waiting.filter((waiting) => this.#lanesOf(waiting).includes(lane));
    return farthestOf(lane.model, own) ?? (lane.inFlight === 0 ? this.#oldestOfAnotherModel(lane, own) : undefined);
  }

  /** A server loads another model only where that is not loaded already at another one that will soon have taken all requests for it. */
  #oldestOfAnotherModel(lane: Lane, own: readonly Waiting[]): Waiting | undefined {
    const loaded = own.find(({ model }) => lane.hasLoaded(model));
    return loaded ?? own.find((waiting) => lane.model === null || !this.#isSoonTaken(waiting));
  }

  #isSoonTaken(waiting: Waiting): boolean {
    const { model } = waiting;
    const lanes = this.#lanesOf(waiting).filter((lane) => lane.model === model && !lane.isResting);
    const slots = lanes.reduce((sum, lane) => sum + lane.slots, 0);
    return this.#waiting.filter((other) => other.model === model).length <= slots;
  }

  #lanesOf({ places }: Waiting): readonly Lane[] {
    if (places === undefined) return this.#lanes;
    const known = this.#lanesNow.get(places);
    const lanes = known ?? places.lanes();
    if (known === undefined) this.#lanesNow.set(places, lanes);
    return lanes;
  }

  #refuseHopeless(): void {
    for (const places of new Set(this.#waiting.map((waiting) => waiting.places))) {
      const reason = places?.hopeless() ?? null;
      if (reason === null) continue;
      const refused = this.#waiting.filter((waiting) => waiting.places === places);
      this.#waiting = this.#waiting.filter((waiting) => waiting.places !== places);
      for (const waiting of refused) waiting.refuse(reason);
    }
  }

  /** Looks again when the first rest of these servers ends that a request waits for. */
  #wakeAfterRest(resting: readonly Lane[]): void {
    clearTimeout(this.#timer);
    const wanted = resting.filter((lane) => this.#waiting.some((waiting) => this.#lanesOf(waiting).includes(lane)));
    if (wanted.length === 0) return;
    const seconds = Math.min(...wanted.map(({ restSeconds }) => restSeconds));
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(1000 * seconds));
  }
}

function farthestOf(model: string | null, list: readonly Waiting[]): Waiting | undefined {
  let farthest: Waiting | undefined;
  for (const waiting of list) {
    if (waiting.model === model && waiting.attempt > (farthest?.attempt ?? -1)) farthest = waiting;
  }
  return farthest;
}

/** A server that did not just fail first, then one that has the model loaded, then the least busy for its size. */
function byNeed(one: Next, other: Next): number {
  const isSound = ({ lane }: Next) => Number(lane.faults === 0);
  const isLoaded = ({ lane, waiting }: Next) => Number(lane.hasLoaded(waiting.model));
  const load = ({ lane }: Next) => lane.inFlight / lane.slots;
  return isSound(other) - isSound(one) || isLoaded(other) - isLoaded(one) || load(one) - load(other);
}
