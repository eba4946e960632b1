import { mean } from '../../statistics/describe.ts';
import type { Random } from '../../statistics/random.ts';
import { estimateOf } from '../estimate.ts';
import { drawBalancedOrder } from '../split.ts';
import type { Estimate, SearchProblem } from '../strategy.ts';
import {
  affordableTrials,
  genomeAt,
  type PlannedTrial,
  type RecordedTrial,
  type SearchRecord,
  withinBudget,
} from './search-record.ts';

/** The genome that won, and from which trial on those of its report are. */
export interface Winner {
  readonly genome: number;
  readonly from: number;
  /** Tasks of the report in the order in which they are tried: every beginning is as difficult as the whole. */
  readonly tasks: readonly number[];
}

/** What a search that ends with a report of its winner has of it; the winner is null while the search goes on. */
interface Reporting {
  readonly record: SearchRecord;
  readonly pending: readonly PlannedTrial[];
  readonly winner: Winner | null;
}

/** The most trials asked for at a time. */
export const BATCH = 50;

/** Begins the report of a genome; the state stays where there is none. */
export function declareWinner<State extends Reporting>(
  problem: SearchProblem,
  state: State,
  { genome, random }: { genome: number | undefined; random: Random },
): State {
  if (genome === undefined) return state;
  const { selectionTasks, searchTasks, difficulty } = problem;
  const tasks = drawBalancedOrder(selectionTasks.length > 0 ? selectionTasks : searchTasks, difficulty, random);
  return continueReport(problem, { ...state, winner: { genome, from: state.record.trials.length, tasks } });
}

/** Asks for as many more trials of the winner as the budget pays for, a batch at most. */
export function continueReport<State extends Reporting>(problem: SearchProblem, state: State): State {
  const { record, winner } = state;
  if (winner === null) return state;
  const most = Math.min(BATCH, affordableTrials(problem, record));
  const trials = reportTrials(problem, record, { ...winner, most });
  return { ...state, pending: withinBudget(problem, record, trials) };
}

/** The winner by the trials of its report, `leader` by all of its own while there is no winner. */
export function reportedChampion({ record, winner }: Reporting, leader: number | undefined): Estimate | null {
  const best = winner?.genome ?? leader;
  if (best === undefined) return null;
  const fresh = winner === null ? [] : record.trials.slice(winner.from);
  return estimateFrom(record, best, fresh) ?? estimateFrom(record, best, record.trials);
}

/**
 * Trials that no choice was made with, for the score that a search reports: each selection task once, then again; where there are
 * none, search tasks in repeats beyond those of the search.
 */
function reportTrials(
  { selectionTasks }: SearchProblem,
  record: SearchRecord,
  options: Winner & { readonly most: number },
): PlannedTrial[] {
  const { tasks } = options;
  const used = record.trials.slice(0, options.from).reduce((most, { repeat }) => Math.max(most, repeat + 1), 0);
  const first = selectionTasks.length > 0 ? 0 : used;
  const done = record.trials.length - options.from;
  return Array.from({ length: tasks.length === 0 ? 0 : options.most }, (_, index) => ({
    genome: options.genome,
    task: tasks[(done + index) % tasks.length] ?? 0,
    repeat: first + Math.floor((done + index) / tasks.length),
  }));
}

/** What trials say of a genome: the share of tasks it solves, each task counting once; null of no trial. */
function estimateFrom(record: SearchRecord, place: number, trials: readonly RecordedTrial[]): Estimate | null {
  const own = trials.filter(({ genome }) => genome === place);
  const tasks = Map.groupBy(own, ({ task }) => task);
  const shares = [...tasks.values()].map((draws) => mean(draws.map(({ solved }) => Number(solved))) ?? 0);
  return own.length === 0 ? null : estimateOf(genomeAt(record, place), shares, own.length);
}
