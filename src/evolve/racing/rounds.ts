import { Random } from '../../statistics/random.ts';
import type { Genome } from '../genome.ts';
import { drawBalancedOrder } from '../split.ts';
import type { Estimate, SearchProblem, Strategy } from '../strategy.ts';
import { BATCH, callsOfTrials, continueReport, declareWinner, reportedChampion, type Winner } from './report-trials.ts';
import { missingTrials, type Schedule, scheduledPasses, trialsByKey } from './schedule.ts';
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
  withinBudget,
  withOutcomes,
} from './search-record.ts';

/** A search in rounds: all genomes of a round get equally many trials of one schedule, and the better ones get more in the next. */
export interface RoundsState {
  readonly seed: number;
  readonly record: SearchRecord;
  readonly schedule: Schedule;
  /** Genomes of this round, and how many trials each is to have in the end. */
  readonly arms: readonly number[];
  readonly length: number;
  /** As the plan has it. */
  readonly kept: number | null;
  /** -1 until it is known what a trial costs. */
  readonly round: number;
  readonly pending: readonly PlannedTrial[];
  /** Null while the search goes on. */
  readonly winner: Winner | null;
}

/** How many genomes begin with how many trials, and the part of them that each round keeps. */
interface RoundsPlan {
  readonly genomes: readonly Genome[];
  /** Trials of a genome in the first round. */
  readonly length: number;
  /** Share of the genomes that stays; their trials grow by the inverse. Null where there is one round. */
  readonly kept: number | null;
}

type Planner = (problem: SearchProblem, random: Random, trials: number) => RoundsPlan;

/** Share of the budget that is reserved for the winner's report. */
const REPORT_SHARE = 0.15;
/** Genomes and trials of each from which it is told what a trial costs. */
const PROBE = { genomes: 10, length: 2 };

/** A strategy whose plan is made by `plan` for as many trials as the search may have. */
export function roundsStrategy(plan: Planner): Strategy<RoundsState> {
  return {
    start: (problem, seed) => startRounds(problem, seed, plan),
    ask: (_, { record, pending }) => toWanted(record, pending),
    tell(problem, state, outcomes) {
      const record = withOutcomes(state.record, state.pending, outcomes);
      return nextRound(problem, { ...state, record, pending: [] }, plan);
    },
    standing(problem, state) {
      const { round, record } = state;
      return { generation: Math.max(0, round), species: 1, spent: record.spent, best: roundsChampion(problem, state) };
    },
    champion: roundsChampion,
  };
}

function startRounds(problem: SearchProblem, seed: number, plan: Planner): RoundsState {
  const { genomes, kept } = plan(problem, Random.of(seed), problem.budget);
  const [record, arms] = withGenomes(EMPTY_RECORD, genomes.slice(0, PROBE.genomes));
  const schedule = drawBalancedOrder(problem.searchTasks, problem.difficulty, Random.of(seed));
  const most = Math.min(Math.ceil(problem.budget), BATCH);
  const missing = missingTrials(record, schedule, { genomes: arms, length: PROBE.length, most });
  const pending = withinBudget(problem, record, missing);
  return { seed, record, schedule, arms, length: PROBE.length, kept, round: -1, pending, winner: null };
}

/** The plan is drawn again with the same seed, now that the cost is known: its first genomes are those that were probed. */
function nextRound(problem: SearchProblem, state: RoundsState, plan: Planner): RoundsState {
  if (state.winner !== null) return continueReport(problem, state);
  if (state.round >= 0) return runRound(problem, state);
  const trials = affordable(state.record, problem.budget * (1 - REPORT_SHARE));
  const { genomes, length } = plan(problem, Random.of(state.seed), trials);
  const [record, arms] = withGenomes(state.record, genomes);
  return runRound(problem, { ...state, record, arms, length, round: 0 });
}

function runRound(problem: SearchProblem, state: RoundsState): RoundsState {
  const { record, schedule, arms, length, kept } = state;
  const most = Math.min(BATCH, affordableTrials(problem, record, REPORT_SHARE));
  const pending = missingTrials(record, schedule, { genomes: arms, length, most });
  if (pending.length > 0) return { ...state, pending: withinBudget(problem, record, pending) };
  const ranked = rankArms(state);
  if (kept === null || arms.length <= 1 || most === 0) {
    const genome = ranked[0] ?? record.trials[0]?.genome;
    return declareWinner(problem, state, {
      genome,
      random: Random.of(state.seed),
      calls: callsOfTrials(record, genome),
    });
  }
  const better = ranked.slice(0, Math.max(1, Math.ceil(arms.length * kept)));
  return runRound(problem, { ...state, arms: better, length: Math.ceil(length / kept), round: state.round + 1 });
}

/** Arms from the best mean on the schedule as far as each has come; those without a trial are left out. */
function rankArms({ record, schedule, arms, length }: RoundsState): number[] {
  const trials = trialsByKey(record);
  const scored = arms.flatMap((arm) => {
    const passes = scheduledPasses(trials, schedule, arm, length);
    return passes.length === 0 ? [] : [{ arm, score: passes.filter(Boolean).length / passes.length }];
  });
  const size = (one: number, other: number) => compareSize(genomeAt(record, one), genomeAt(record, other));
  return scored.sort((one, other) => other.score - one.score || size(one.arm, other.arm)).map(({ arm }) => arm);
}

function roundsChampion(_: SearchProblem, state: RoundsState): Estimate | null {
  return reportedChampion(state, rankArms(state)[0]);
}
