import type { TrialPlace, TrialQuery, TrialRow } from './run-store.ts';
import type { TrialOutcome } from './trial.ts';

/** How many trials of a run are alike. */
export interface TrialCount {
  readonly pipeline: string;
  readonly outcome: TrialOutcome;
  /** See TrialRow. */
  readonly error: string | null;
  readonly trials: number;
}

/** The trials of one pipeline on one task. */
export interface TaskCell {
  readonly taskId: string;
  readonly trials: number;
  readonly passed: number;
  readonly faults: number;
}

/** A TrialQuery and what its trials say. */
export interface TrialSearch extends TrialQuery {
  /** Occurs in an answer, in code or in an error, whatever its case. */
  readonly text: string;
  /** Looks no further after so many milliseconds, though at one trial at least. */
  readonly mostMs?: number;
}

export interface TrialMatches {
  readonly rows: readonly TrialRow[];
  /** Trials that the query chooses, whatever they say. */
  readonly total: number;
  /** Where to search on, as `from`; null where nothing is left. */
  readonly next: number | null;
}

/** Counts and searches of stored runs; throws as a RunStore does. */
export interface RunViews {
  /** By pipeline, outcome and error. */
  counts(run: string): Promise<readonly TrialCount[]>;
  /** Tasks of which the pipeline has a trial, in any order. */
  cells(run: string, pipeline: string): Promise<readonly TaskCell[]>;
  /** Looks through the trials of a query, in its order, until `limit` of them say the text. */
  search(run: string, query: TrialSearch): Promise<TrialMatches>;
  /** Where a trial stands among those of a query, from 0; null where it is none of them. */
  position(run: string, query: TrialQuery, place: TrialPlace): Promise<number | null>;
}
