import type { TaskPrompt } from '../tasks/task.ts';
import type { Plan } from './plan.ts';
import type { RunViews } from './run-views.ts';
import type { Trial, TrialOutcome } from './trial.ts';

/** `stopped`: it ended before every trial had, by Ctrl-C, an error or a kill. */
export type RunState = 'running' | 'stopped' | 'complete';

/** A stored run in short. */
export interface RunListing {
  readonly id: string;
  /** When it was begun, the last time (ISO 8601, UTC). */
  readonly started: string;
  readonly state: RunState;
  /** Null where another version of greenloop wrote it. */
  readonly plan: Plan | null;
  /** As whoever measured wrote it; null until the run has ended once. */
  readonly summary: unknown;
  /** How many of its trials had which outcome. */
  readonly outcomes: Readonly<Partial<Record<TrialOutcome, number>>>;
}

/** Which trial of a run. */
export interface TrialPlace {
  readonly pipeline: string;
  readonly taskId: string;
  readonly repeat: number;
}

/** One line of a list of trials. */
export interface TrialRow extends TrialPlace {
  readonly outcome: TrialOutcome;
  /** What the last attempt showed: an error type, or the kind of a fault; null of a pass. */
  readonly error: string | null;
  /** Model and sandbox seconds. */
  readonly seconds: number;
  /** Prompt and new tokens. */
  readonly tokens: number;
}

/** Which trials of a run, and in which order. What is left out chooses nothing. */
export interface TrialQuery {
  readonly pipeline?: string;
  readonly taskId?: string;
  readonly outcome?: TrialOutcome;
  readonly error?: string;
  /** `task`: in the order of the plan. */
  readonly sort?: 'task' | 'seconds' | 'tokens';
  readonly isDescending?: boolean;
  /** From this row on, counted from 0. */
  readonly from?: number;
  /** Rows at most, 1000 or fewer. */
  readonly limit?: number;
}

export interface TrialPage {
  readonly rows: readonly TrialRow[];
  /** All that the query chooses. */
  readonly total: number;
}

/** A trial with the prompt that its stages saw; the messages that were sent stand in the trial's completions. */
export interface StoredTrial {
  readonly trial: Trial;
  readonly prompt: TaskPrompt | null;
}

/** How a run ended. */
export interface RunEnd {
  readonly state: Exclude<RunState, 'running'>;
  /** Trials that should have been stored: with fewer the run is `stopped`, whatever is said. */
  readonly trials: number;
  /** Plain JSON. */
  readonly summary: unknown;
}

/** Size of the whole store in bytes. */
export interface Compaction {
  readonly before: number;
  readonly after: number;
}

/** Writes one run. A store that fails ends no run: what cannot be stored is told to whoever opened the store. */
export interface RunWriter {
  readonly id: string;
  /** Replaces what was stored of the same trial. Throws a Refusal where another process has taken the run over. */
  append(trial: Trial): Promise<void>;
  finish(end: RunEnd): Promise<void>;
}

/** What a run is begun with. */
export interface RunBeginning {
  readonly plan: Plan;
  /** Of the tasks of the plan. */
  readonly prompts: readonly TaskPrompt[];
  /** False drops the trials that an earlier run of the plan stored. */
  readonly keepTrials: boolean;
}

/** A run that another process writes. */
export interface RunUnderway {
  readonly run: string;
  /** The process, for people. */
  readonly holder: string;
}

export interface SubscribeOptions {
  /** Leaves out the rows that are there. */
  readonly onlyNew?: boolean;
}

/**
 * Stores whole runs. One process at a time writes a run. All that reads throws a Refusal where the store, or what another version of
 * greenloop wrote into it, cannot be read.
 */
export interface RunStore {
  /** Begins the run of a plan, or goes on with it; null where nothing can be stored, or where another process is running it. */
  begin(beginning: RunBeginning): Promise<RunWriter | null>;
  /** Which other process is running a plan, and as which run; null where none is. */
  underway(plan: Plan): Promise<RunUnderway | null>;
  /** Newest first. */
  list(): Promise<readonly RunListing[]>;
  /** Null where there is no run of this id. */
  find(run: string): Promise<RunListing | null>;
  /** The trials of a run in the order of its plan, read one by one. */
  trials(run: string): AsyncIterable<Trial>;
  page(run: string, query?: TrialQuery): Promise<TrialPage>;
  /** Null where the run has no such trial. */
  trial(run: string, place: TrialPlace): Promise<StoredTrial | null>;
  /** What pages about a run count and search for. */
  readonly views: RunViews;
  /** The rows of a run as they are stored, those there first, whatever process writes them; ends when the run does. */
  subscribe(run: string, signal?: AbortSignal, options?: SubscribeOptions): AsyncIterable<TrialRow>;
  /** Forgets runs and their trials; refuses those that are running. */
  remove(runs: readonly string[]): Promise<void>;
  /** Drops pipelines and tasks that no run uses, and gives free room back. */
  compact(): Promise<Compaction>;
}
