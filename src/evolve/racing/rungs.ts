import { Random } from '../../statistics/random.ts';
import type { Genome } from '../genome.ts';
import type { Estimate, SearchProblem, Strategy } from '../strategy.ts';
import { estimateFrom, reportTrials } from './report-trials.ts';
import { drawSchedule, missingTrials, type Schedule, scheduledPasses, trialsByKey } from './schedule.ts';
import {
  affordable,
  affordableTrials,
  compareSize,
  EMPTY_RECORD,
  genomeAt,
  type PlannedTrial,
  type SearchRecord,
  toWanted,
  withGenomes,
  withOutcomes,
} from './search-record.ts';

/** A search in rungs: all genomes get equally many trials of one schedule, the better ones go up a rung and get more. */
export interface RungsState {
  readonly seed: number;
  readonly record: SearchRecord;
  readonly schedule: Schedule;
  /** Genomes of this rung, and how many trials each is to have in the end. */
  readonly arms: readonly number[];
  readonly length: number;
  /** As the plan has it. */
  readonly kept: number | null;
  /** -1 until it is known what a trial costs. */
  readonly rung: number;
  readonly pending: readonly PlannedTrial[];
  /** The genome that won, and from which trial on those of its report are; null while the search goes on. */
  readonly winner: { readonly genome: number; readonly from: number } | null;
}

/** How many genomes go how far up: from one rung to the next a part of them stays. */
interface RungsPlan {
  readonly genomes: readonly Genome[];
  /** Trials of a genome on the first rung. */
  readonly length: number;
  /** Share of the genomes that stays; their trials grow by the inverse. Null where there is one rung. */
  readonly kept: number | null;
}

type Planner = (problem: SearchProblem, random: Random, trials: number) => RungsPlan;

/** Share of the budget that is kept for the winner's report. */
const REPORT_SHARE = 0.15;
/** The most trials asked for at a time, and so the most by which the budget may be passed. */
const BATCH = 50;
/** Genomes and trials of each from which it is told what a trial costs. */
const PROBE = { genomes: 10, length: 2 };

/** A strategy whose plan is made by `plan` for as many trials as the search may have. */
export function rungsStrategy(plan: Planner): Strategy<RungsState> {
  return {
    start: (problem, seed) => startRungs(problem, seed, plan),
    ask: (_, { record, pending }) => toWanted(record, pending),
    tell(problem, state, outcomes) {
      const record = withOutcomes(state.record, state.pending, outcomes);
      return nextRung(problem, { ...state, record, pending: [] }, plan);
    },
    standing(problem, state) {
      const { rung, record } = state;
      return { generation: Math.max(0, rung), species: 1, spent: record.spent, best: rungsChampion(problem, state) };
    },
    champion: rungsChampion,
  };
}

function startRungs(problem: SearchProblem, seed: number, plan: Planner): RungsState {
  const { genomes, kept } = plan(problem, Random.of(seed), problem.budget);
  const [record, arms] = withGenomes(EMPTY_RECORD, genomes.slice(0, PROBE.genomes));
  const schedule = drawSchedule(problem.searchTasks, problem.difficulty, seed);
  const most = Math.min(Math.ceil(problem.budget), BATCH);
  const pending = missingTrials(record, schedule, { genomes: arms, length: PROBE.length, most });
  return { seed, record, schedule, arms, length: PROBE.length, kept, rung: -1, pending, winner: null };
}

/** The plan is drawn again with the same seed, now that the cost is known: its first genomes are those that were probed. */
function nextRung(problem: SearchProblem, state: RungsState, plan: Planner): RungsState {
  if (state.winner !== null) return report(problem, state);
  if (state.rung >= 0) return climbRung(problem, state);
  const trials = affordable(state.record, problem.budget * (1 - REPORT_SHARE));
  const { genomes, length } = plan(problem, Random.of(state.seed), trials);
  const [record, arms] = withGenomes(state.record, genomes);
  return climbRung(problem, { ...state, record, arms, length, rung: 0 });
}

function climbRung(problem: SearchProblem, state: RungsState): RungsState {
  const { record, schedule, arms, length, kept } = state;
  const most = Math.min(BATCH, affordableTrials(problem, record, REPORT_SHARE));
  const pending = missingTrials(record, schedule, { genomes: arms, length, most });
  if (pending.length > 0) return { ...state, pending };
  const ranked = rankArms(state);
  if (kept === null || arms.length <= 1 || most === 0) return declare(problem, state, ranked[0]);
  const better = ranked.slice(0, Math.max(1, Math.ceil(arms.length * kept)));
  return climbRung(problem, { ...state, arms: better, length: Math.ceil(length / kept), rung: state.rung + 1 });
}

function declare(problem: SearchProblem, state: RungsState, genome = state.record.trials[0]?.genome): RungsState {
  if (genome === undefined) return state;
  return report(problem, { ...state, winner: { genome, from: state.record.trials.length } });
}

function report(problem: SearchProblem, state: RungsState): RungsState {
  const { record, winner } = state;
  if (winner === null) return state;
  const most = Math.min(BATCH, affordableTrials(problem, record));
  return { ...state, pending: reportTrials(problem, record, { ...winner, most }) };
}

/** Arms from the best mean on the schedule as far as each has come; those without a trial are left out. */
function rankArms({ record, schedule, arms, length }: RungsState): number[] {
  const trials = trialsByKey(record);
  const scored = arms.flatMap((arm) => {
    const passes = scheduledPasses(trials, schedule, arm, length);
    return passes.length === 0 ? [] : [{ arm, score: passes.filter(Boolean).length / passes.length }];
  });
  const size = (one: number, other: number) => compareSize(genomeAt(record, one), genomeAt(record, other));
  return scored.sort((one, other) => other.score - one.score || size(one.arm, other.arm)).map(({ arm }) => arm);
}

function rungsChampion(_: SearchProblem, state: RungsState): Estimate | null {
  const { record, winner } = state;
  const best = winner?.genome ?? rankArms(state)[0];
  if (best === undefined) return null;
  const fresh = winner === null ? [] : record.trials.slice(winner.from);
  return estimateFrom(record, best, fresh) ?? estimateFrom(record, best, record.trials);
}
