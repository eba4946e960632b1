/** `stopped`: it ended before every trial had, by Ctrl-C, an error or a kill. */
export type RunState = 'running' | 'stopped' | 'complete';

/** One run as it is kept; what the texts hold is for who wrote them to know. */
export interface StoredRun {
  readonly id: string;
  /** When it was begun, the last time (ISO 8601, UTC). */
  readonly started: string;
  readonly state: RunState;
  /** JSON. */
  readonly plan: string;
  /** JSON; null until it has ended once. */
  readonly summary: string | null;
  /** How many of its trials had which outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A text under the hash of all that makes it what it is. */
export interface HashedText {
  readonly hash: string;
  /** JSON. */
  readonly text: string;
}

/** One trial to be kept; pipelines and tasks are kept once, whatever number of runs share them. */
export interface TrialToStore {
  readonly pipeline: HashedText;
  readonly task: HashedText & { readonly id: string };
  readonly repeat: number;
  readonly outcome: string;
  /** JSON. */
  readonly trial: string;
}

/** How a run ended. */
export interface RunEnd {
  readonly state: Exclude<RunState, 'running'>;
  /** Trials that should have been kept. */
  readonly trials: number;
  /** JSON. */
  readonly summary: string;
}

/** Size of the whole file in bytes. */
export interface Compaction {
  readonly before: number;
  readonly after: number;
}

/**
 * Keeps whole runs. What a run writes (`begin`, `saveTrial`, `finish`) never throws: a store that fails ends no run. Everything
 * else throws a Refusal where the store cannot be read or changed.
 */
export interface RunStore {
  /**
   * Begins the run of a plan, or goes on with it, and gives back its id; `keepTrials: false` drops what it had. Null where nothing can be
   * kept, or where another process is running it.
   */
  begin(plan: HashedText, options: { readonly keepTrials: boolean }): string | null;
  /** Replaces what was kept of the same pipeline, task and repeat. */
  saveTrial(run: string, trial: TrialToStore): void;
  /** A run of fewer than so many trials is `stopped`, whatever is said: some could not be kept. */
  finish(run: string, end: RunEnd): void;
  /** Newest first. */
  list(): StoredRun[];
  /** The trials of a run (JSON), by repeat, read one by one. */
  trials(run: string): Iterable<string>;
  /** Forgets runs and their trials; refuses those that are running. */
  remove(runs: readonly string[]): void;
  /** Drops pipelines and tasks that no run uses, and gives free room back. */
  compact(): Compaction;
}
