import { Random, type RandomState } from '../../statistics/random.ts';
import { signFlipTest } from '../../statistics/sign-flip.ts';
import { drawGenomes } from '../draw-genome.ts';
import { drawBalancedOrder } from '../split.ts';
import type { Estimate, SearchProblem, Strategy } from '../strategy.ts';
import { BATCH, callsOfTrials, continueReport, declareWinner, reportedChampion, type Winner } from './report-trials.ts';
import { missingTrials, type Schedule, scheduledPasses, trialsByKey } from './schedule.ts';
import {
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

interface RaceState {
  readonly random: RandomState;
  readonly record: SearchRecord;
  readonly schedule: Schedule;
  /** Genomes that may still be the best. */
  readonly arms: readonly number[];
  /** Trials that each is to have before the next look. */
  readonly length: number;
  readonly looks: number;
  readonly pending: readonly PlannedTrial[];
  readonly winner: Winner | null;
}

/** Level of the paired test by which a genome is given up at one look: so often is one dropped that is as good as the leader. */
const RACE_ERROR = 0.05;

const REPORT_SHARE = 0.15;
/** Trials before the first look; each further look comes after half as many more. */
const FIRST_LOOK = 8;
const LOOK_GROWTH = 1.5;
/** So much of the budget, in trials, per genome that begins. */
const TRIALS_PER_GENOME = 50;

/**
 * A plain race: random genomes get more tasks and repeats only while they may still be the best, by an exact paired test against the
 * leader on their common tasks. When one is left, new ones challenge it.
 */
export function raceStrategy(): Strategy<RaceState> {
  return {
    start: startRace,
    ask: (_, { record, pending }) => toWanted(record, pending),
    tell(problem, state, outcomes) {
      const record = withOutcomes(state.record, state.pending, outcomes);
      return nextHeat(problem, { ...state, record, pending: [] });
    },
    standing: (problem, state) => ({
      generation: state.looks,
      species: 1,
      spent: state.record.spent,
      best: raceChampion(problem, state),
    }),
    champion: raceChampion,
  };
}

function startRace(problem: SearchProblem, seed: number): RaceState {
  const random = Random.of(seed);
  const [record, arms] = withGenomes(EMPTY_RECORD, drawGenomes(problem.pool, random, 10));
  const schedule = drawBalancedOrder(problem.searchTasks, problem.difficulty, Random.of(seed));
  const most = Math.min(Math.ceil(problem.budget), 2 * arms.length);
  const missing = missingTrials(record, schedule, { genomes: arms, length: FIRST_LOOK, most });
  const pending = withinBudget(problem, record, missing);
  return { random: random.state, record, schedule, arms, length: FIRST_LOOK, looks: 0, pending, winner: null };
}

function nextHeat(problem: SearchProblem, state: RaceState): RaceState {
  if (state.winner !== null) return continueReport(problem, state);
  const full = state.looks === 0 ? fillField(problem, state) : state;
  const most = Math.min(BATCH, affordableTrials(problem, full.record, REPORT_SHARE));
  const { record, schedule, arms: genomes, length } = full;
  const pending = missingTrials(record, schedule, { genomes, length, most });
  if (pending.length > 0) return { ...full, pending: withinBudget(problem, record, pending) };
  if (most === 0) return declareLeader(problem, full);
  const next = look(problem, full);
  return next.arms.length > 1 ? nextHeat(problem, next) : declareLeader(problem, next);
}

function declareLeader(problem: SearchProblem, state: RaceState): RaceState {
  const genome = leaderOf(state);
  const calls = callsOfTrials(state.record, genome);
  return declareWinner(problem, state, { genome, random: Random.from(state.random), calls });
}

/** As many genomes as the budget has room for, now that it is known what a trial costs. */
function fillField(problem: SearchProblem, state: RaceState): RaceState {
  const { record, arms } = state;
  const trials = record.trials.length + affordableTrials(problem, record);
  const count = Math.min(60, Math.max(4, Math.round(trials / TRIALS_PER_GENOME)));
  return arms.length >= count ? state : challenge(problem, state, count - arms.length);
}

/** Adds those of so many draws that the race has not met yet: in a small pool perhaps none. */
function challenge(problem: SearchProblem, state: RaceState, count: number): RaceState {
  const random = Random.from(state.random);
  const [record, places] = withGenomes(state.record, drawGenomes(problem.pool, random, count));
  const newcomers = places.filter((place) => place >= state.record.genomes.length);
  return { ...state, random: random.state, record, arms: [...state.arms, ...newcomers] };
}

/** Gives up what is worse than the leader; a leader that is left alone is challenged from the first task on, by whom there is. */
function look(problem: SearchProblem, state: RaceState): RaceState {
  const arms = survivors(state.record, state.schedule, state);
  const next = { ...state, arms, looks: state.looks + 1, length: Math.ceil(state.length * LOOK_GROWTH) };
  if (arms.length > 1) return next;
  const challenged = challenge(problem, next, Math.max(4, Math.round(state.record.genomes.length / 2)));
  return challenged.record.genomes.length > next.record.genomes.length ? { ...challenged, length: FIRST_LOOK } : next;
}

/** The genomes that a paired test against the best of them does not give up, the best first. */
export function survivors(
  record: SearchRecord,
  schedule: Schedule,
  { arms, length }: { arms: readonly number[]; length: number },
): number[] {
  const ranked = rankRacers(record, schedule, arms, length);
  const leader = ranked[0];
  if (leader === undefined) return [...arms];
  const isWorse = ({ passes }: Racer) => signFlipTest(taskDifferences(leader.passes, passes, schedule)) < RACE_ERROR;
  return ranked.filter((racer) => racer === leader || !isWorse(racer)).map(({ arm }) => arm);
}

interface Racer {
  readonly arm: number;
  readonly passes: readonly boolean[];
}

function rankRacers(record: SearchRecord, schedule: Schedule, arms: readonly number[], length: number): Racer[] {
  const trials = trialsByKey(record);
  const racers = arms.map((arm) => ({ arm, passes: scheduledPasses(trials, schedule, arm, length) }));
  const tried = racers.filter(({ passes }) => passes.length > 0);
  const size = (one: Racer, other: Racer) => compareSize(genomeAt(record, one.arm), genomeAt(record, other.arm));
  return tried.sort((one, other) => share(other.passes) - share(one.passes) || size(one, other));
}

function share(passes: readonly boolean[]): number {
  return passes.filter(Boolean).length / passes.length;
}

/** Passes of the first less those of the second on what both have tried, one number a task. */
function taskDifferences(one: readonly boolean[], other: readonly boolean[], schedule: Schedule): number[] {
  const differences = new Array<number>(schedule.length).fill(0);
  for (let place = 0; place < Math.min(one.length, other.length); place++) {
    const task = place % schedule.length;
    differences[task] = (differences[task] ?? 0) + Number(one[place]) - Number(other[place]);
  }
  return differences;
}

/** Of those that have come at least half as far as the farthest, the one with the best share. */
function leaderOf({ record, schedule, arms }: RaceState): number | undefined {
  const ranked = rankRacers(record, schedule, arms, record.trials.length);
  const farthest = Math.max(0, ...ranked.map(({ passes }) => passes.length));
  return ranked.find(({ passes }) => passes.length >= farthest / 2)?.arm;
}

function raceChampion(_: SearchProblem, state: RaceState): Estimate | null {
  return reportedChampion(state, leaderOf(state));
}
