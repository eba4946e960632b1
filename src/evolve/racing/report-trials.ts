import { mean, standardDeviation } from '../../statistics/describe.ts';
import type { Random } from '../../statistics/random.ts';
import { estimateOf } from '../estimate.ts';
import { drawBalancedOrder } from '../split.ts';
import type { Estimate, SearchProblem } from '../strategy.ts';
import {
  callsMade,
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
  /** Trials of the report, fixed before the first: were it as long as its budget, it would be the longer the more of its trials pass. */
  readonly length: number;
}

/** What a search that ends with a report of its winner has of it; the winner is null while the search goes on. */
interface Reporting {
  readonly record: SearchRecord;
  readonly pending: readonly PlannedTrial[];
  readonly winner: Winner | null;
}

/** The most trials asked for at a time. */
export const BATCH = 50;

/** So many standard deviations of what the report may cost are left unspent. */
const COST_MARGIN = 1.3;

/** Begins the report of a genome, given the calls of some of its trials; the state stays where there is none. */
export function declareWinner<State extends Reporting>(
  problem: SearchProblem,
  state: State,
  { genome, random, calls }: { genome: number | undefined; random: Random; calls: readonly number[] },
): State {
  if (genome === undefined) return state;
  const { selectionTasks, searchTasks, difficulty } = problem;
  const tasks = drawBalancedOrder(selectionTasks.length > 0 ? selectionTasks : searchTasks, difficulty, random);
  const length = affordableReport(problem, state.record, calls);
  return continueReport(problem, { ...state, winner: { genome, from: state.record.trials.length, tasks, length } });
}

/** Asks for as many more trials of the winner as the budget pays for, a batch at most. */
export function continueReport<State extends Reporting>(problem: SearchProblem, state: State): State {
  const { record, winner } = state;
  if (winner === null) return state;
  const done = record.trials.length - winner.from;
  const most = record.spent < problem.budget ? Math.min(BATCH, winner.length - done) : 0;
  const trials = reportTrials(problem, record, { ...winner, most });
  return { ...state, pending: withinBudget(problem, record, trials) };
}

/** The most trials that are likely to fit into what is left, one at least while something is. */
function affordableReport(
  { budget, unit }: SearchProblem,
  { spent, calls: made }: SearchRecord,
  calls: readonly number[],
): number {
  const left = budget - spent;
  const price = unit === 'calls' ? 1 : spent / Math.max(1, made);
  const cost = Math.max(Number.EPSILON, price * (mean(calls) ?? 1));
  const deviation = price * (standardDeviation(calls) ?? 0);
  // The root of the length, by which cost * length + margin * deviation * root is what is left.
  const slack = (COST_MARGIN * deviation) / (2 * cost);
  const root = Math.sqrt(slack ** 2 + Math.max(0, left) / cost) - slack;
  return Math.max(Number(left > 0), Math.floor(root ** 2));
}

/** Calls of the trials that a genome has had. */
export function callsOfTrials({ genomes, trials }: SearchRecord, place: number | undefined): number[] {
  const genome = genomes[place ?? -1];
  return genome === undefined
    ? []
    : trials.filter((trial) => trial.genome === place).map((trial) => callsMade(genome, trial));
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
