import { sleep, untilAborted } from '../base/concurrency.ts';
import { GreenloopError, ModelFault, ServerGone } from '../base/errors.ts';
import type { Completion, CompletionRequest, Model, Recording } from '../models/model.ts';

export interface ServerWaitOptions {
  /** What the user calls the server, such as `the ollama server`. */
  readonly server: string;
  /** How long a server is waited for. */
  readonly seconds: number;
  /** Told when the wait begins, and when the server is back. */
  readonly note: (line: string) => void;
  /** A clock in seconds. */
  readonly now?: () => number;
}

/** The seconds for which a run waits for a server that no longer answers, where nothing else is said. */
export const USUAL_SERVER_WAIT = 60;

const FIRST_PAUSE_SECONDS = 0.25;
const LONGEST_PAUSE_SECONDS = 2;

/** One wait for a server, shared by all requests that the server left without an answer. */
export class ServerWait {
  readonly #options: Required<ServerWaitOptions>;
  #underway: Promise<boolean> | null = null;

  constructor(options: ServerWaitOptions) {
    this.#options = { now: () => performance.now() / 1000, ...options };
  }

  /**
   * Resolves when `probe` finds the server: false where the first probe does, true after a wait. Throws ServerGone after the longest wait,
   * and the signal's reason.
   */
  async untilBack(probe: () => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    this.#underway ??= this.#wait(probe, signal).finally(() => {
      this.#underway = null;
    });
    const wait = this.#underway;
    return untilAborted(() => wait, signal);
  }

  async #wait(probe: () => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    const { server, seconds, note, now } = this.#options;
    const start = now();
    for (let pauses = 0; ; pauses += 1) {
      const reason = await reasonOfFailure(probe, signal);
      const waited = now() - start;
      if (reason === null && pauses > 0)
        note(`${server} answers again after ${Math.round(waited)} s; the run continues`);
      if (reason === null) return pauses > 0;
      if (waited >= seconds)
        throw new ServerGone(`${server} has not answered for ${seconds} s: ${reason.message}`, { cause: reason });
      if (pauses === 0) note(`${server} does not answer; the run pauses and waits up to ${seconds} s for it`);
      const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** pauses, seconds - waited);
      await sleep(pause, signal);
    }
  }
}

/** Why the probe failed; null where it did not. */
async function reasonOfFailure(probe: () => Promise<void>, signal?: AbortSignal): Promise<GreenloopError | null> {
  try {
    await probe();
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof GreenloopError) return error;
    throw error;
  }
}

/** So often a request is asked again after its server came back: one that ends its server each time is at fault itself. */
const MOST_RETURNS = 2;

/** A Model that waits for its server where that no longer answers, and asks again when it is back; throws ServerGone where it is not. */
export class PatientModel implements Model {
  readonly name: string;
  readonly #model: Model;
  readonly #wait: ServerWait;

  constructor(model: Model, wait: ServerWait) {
    this.name = model.name;
    this.#model = model;
    this.#wait = wait;
  }

  get recording(): Recording | undefined {
    return this.#model.recording;
  }

  prepare(signal?: AbortSignal): Promise<void> {
    return this.#model.prepare(signal);
  }

  async identity(signal?: AbortSignal): Promise<string | null> {
    return (await this.#model.identity?.(signal)) ?? null;
  }

  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    for (let returns = 0; ; returns += 1) {
      try {
        return await this.#model.complete(request, signal);
      } catch (error) {
        if (!(error instanceof ModelFault && error.isTransient)) throw error;
        const wasGone = await this.#wait.untilBack(() => this.#model.prepare(signal), signal);
        const isLost = wasGone || error.reason === 'unreachable';
        if (!isLost || returns === MOST_RETURNS) throw error;
      }
    }
  }
}
