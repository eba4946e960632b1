import type { Genome } from './genome.ts';
import type { Pool } from './pool.ts';

/** Calls of models, or hours of model time. */
export type BudgetUnit = 'calls' | 'hours';

/** What is searched: pipelines out of a Pool, on tasks named by their place in the benchmark. */
export interface SearchProblem {
  readonly pool: Pool;
  /** Tasks on which genomes are tried while the search goes on. */
  readonly searchTasks: readonly number[];
  /** Tasks that decide among the finalists; no task of searchTasks is among them (empty: the strategy selects on the search tasks). */
  readonly selectionTasks: readonly number[];
  /** A guess of how hard each task of the benchmark is, 0 (easy) to 1, by its place; used only to balance parts of it. */
  readonly difficulty: readonly number[];
  /** What may be spent, in the unit of Outcome.cost; a strategy spends no more, but for the trial in which the budget ends. */
  readonly budget: number;
  readonly unit: BudgetUnit;
}

/** One Trial that a strategy wants: the same genome, task and repeat is always the same trial, and costs nothing a second time. */
export interface Wanted {
  readonly genome: Genome;
  readonly task: number;
  readonly repeat: number;
}

/** What came of one Trial. */
export interface Outcome {
  readonly solved: boolean;
  /** Drafts before the first repair, at least 1. */
  readonly drafts: number;
  /** Repairs after them, until it stopped. */
  readonly iterations: number;
  readonly tokens: number;
  readonly seconds: number;
  /** What it spent of the budget, 0 where it was known. */
  readonly cost: number;
}

/** Where a search stands, for a table and for the choice of a champion. */
export interface Standing {
  readonly generation: number;
  /** Species alive, 1 for strategies without. */
  readonly species: number;
  /** Spent so far, in the unit of the budget. */
  readonly spent: number;
  /** The best genome so far that was tried, null before the first. It was picked for looking best, so no interval would hold. */
  readonly best: Omit<Estimate, 'low' | 'high'> | null;
}

/** A genome with what the search believes of it: the share of tasks it solves, and a 95 % interval of that share. */
export interface Estimate {
  readonly genome: Genome;
  readonly solved: number;
  readonly low: number;
  readonly high: number;
  /** Trials behind it. */
  readonly trials: number;
}

/**
 * A search as a fold over batches of trials. The state is plain JSON, so it is its own checkpoint; nothing but the state and the
 * outcomes decides what comes next, so the same seed gives the same search, whether or not it was interrupted.
 */
export interface Strategy<State> {
  /** What it calls a step, in at most 4 letters for a column of a table; `step` where it is missing. */
  readonly stepName?: string;
  /** True where it reports its champion on all its search tasks: alone, such a search reserves none. */
  readonly searchesAllTasks?: boolean;
  /** Generations that so many trials pay for; missing where a search has none that can be planned. */
  plannedGenerations?(tasks: Pick<SearchProblem, 'searchTasks' | 'selectionTasks'>, trials: number): number;
  start(problem: SearchProblem, seed: number): State;
  /** The trials wanted next, in an order that `tell` gets the outcomes in; none when the search is over. */
  ask(problem: SearchProblem, state: State): readonly Wanted[];
  tell(problem: SearchProblem, state: State, outcomes: readonly Outcome[]): State;
  standing(problem: SearchProblem, state: State): Standing;
  /** The champion and what the search says of it, when `ask` has come to an end or the search is cut off; null before the first trial. */
  champion(problem: SearchProblem, state: State): Estimate | null;
}
