import { randomUUID } from 'node:crypto';
import { untilAborted } from '../../base/concurrency.ts';
import type { Attempt } from '../../pipeline/trace.ts';
import type { TrialEvent } from '../../runs/event.ts';
import { endOfTrial } from '../../runs/start-run.ts';
import type { Trial } from '../../runs/trial.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';

/** How a solving ended: with a trial, or with the error that broke it. */
export type SolvingEnd = { readonly trial: Trial } | { readonly error: unknown };

/** Told of each event, with the attempts that came before it. */
export type SolvingWatch = (event: TrialEvent, earlier: readonly Attempt[]) => void;

export interface WaitOptions {
  readonly seconds: number;
  /** Aborted by the client, it ends the work. */
  readonly signal: AbortSignal;
  readonly watch: SolvingWatch;
}

/** A task that is being solved, or was: the work goes on while nobody waits for it. */
export class Solving {
  /** What a client asks for it by; it cannot be guessed. */
  readonly handle = randomUUID();
  readonly task: FreeTask;
  /** Those that have ended so far. */
  readonly attempts: Attempt[] = [];
  /** Null while it is under way. */
  end: SolvingEnd | null = null;
  readonly #started = performance.now();
  readonly #stopping = new AbortController();
  readonly #watches = new Set<SolvingWatch>();
  readonly #ended: Promise<SolvingEnd>;

  /** Starts the work, whose last event is `trial-ended`. */
  constructor(task: FreeTask, work: (signal: AbortSignal) => AsyncIterable<TrialEvent>) {
    this.task = task;
    this.#ended = this.#follow(work(this.#stopping.signal));
  }

  /** Seconds since it was begun. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Waits for the end, at most so long; null where it is still under way then. Throws the signal's reason when aborted, and stops. */
  async wait({ seconds, signal, watch }: WaitOptions): Promise<SolvingEnd | null> {
    const { promise: budgetSpent, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(resolve, seconds * 1000, null);
    this.#watches.add(watch);
    try {
      return await untilAborted(() => Promise.race([this.#ended, budgetSpent]), signal);
    } catch (error) {
      void this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#watches.delete(watch);
    }
  }

  /** Ends its model calls and sandbox runs; resolves once they have. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #follow(events: AsyncIterable<TrialEvent>): Promise<SolvingEnd> {
    this.end = await this.#endOf(events);
    return this.end;
  }

  async #endOf(events: AsyncIterable<TrialEvent>): Promise<SolvingEnd> {
    try {
      const trial = await endOfTrial(events, (event) => {
        for (const watch of this.#watches) watch(event, this.attempts);
        if (event.kind === 'attempt') this.attempts.push(event.attempt);
      });
      return { trial };
    } catch (error) {
      return { error };
    }
  }
}
