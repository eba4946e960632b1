import { Random, type RandomState } from '../../statistics/random.ts';
import { askCount, type Genome, genomeHash } from '../genome.ts';
import { type InnovationState, Innovations } from '../innovation.ts';
import { continueReport, declareWinner, type Winner } from '../racing/report-trials.ts';
import { missingTrials } from '../racing/schedule.ts';
import {
  affordable,
  affordableTrials,
  EMPTY_RECORD,
  genomeAt,
  type PlannedTrial,
  type SearchRecord,
  toWanted,
  withGenomes,
  withinBudget,
  withOutcomes,
} from '../racing/search-record.ts';
import { drawBalancedOrder } from '../split.ts';
import type { Estimate, SearchProblem, Strategy } from '../strategy.ts';
import { crossGenomes, mutateGenome } from '../variation.ts';
import { type Believed, reportedEstimate } from './champion-report.ts';
import { chooseTrials } from './choose-trials.ts';
import { drawOpening } from './opening.ts';
import type { PosteriorSample } from './posterior-sample.ts';
import { climb } from './propose.ts';
import {
  average,
  believedOf,
  bestIn,
  bestOnAverage,
  posteriorEstimate,
  pricedShare,
  type Scored,
  sampleScores,
} from './sample-scores.ts';
import { simplify } from './simplify.ts';
import { FIRST_START, type FitStart, fitSuccess, type SuccessModel } from './success-model.ts';

interface ModelState {
  readonly random: RandomState;
  readonly innovations: InnovationState;
  readonly record: SearchRecord;
  /** Search tasks in the order in which the first genomes meet them. */
  readonly schedule: readonly number[];
  /** What the last fit came to. */
  readonly fitted: FitStart;
  readonly round: number;
  /** Genomes that the next round may try again. */
  readonly contenders: readonly number[];
  /** Null while the search goes on. */
  readonly winner: Winner | null;
  /** What was believed of the winner on the tasks of its report. */
  readonly believed: Believed;
  readonly pending: readonly PlannedTrial[];
  readonly best: Estimate | null;
}

/** Trials a round: so large a part of all, within these limits. */
const ROUND = { part: 1 / 20, least: 10, most: 100 };

/** Trials of each genome that the search begins with, and the part of the budget that these trials take at a usual cost of a trial. */
const OPENING = { least: 4, most: 64, trials: 4, part: 0.35, cost: 3 };
/** Stages of the genomes that are tried: what a further one adds is foreseen from these, which take fewer calls. */
const SEARCHED_STAGES = 1;
/** Trials that a new genome gets, and new genomes a round. */
const TRIALS_OF_NEW = 4;
const NEW_GENOMES = 4;
const CONTENDERS = 24;
const SAMPLES = 8;
/** Tasks on which genomes are compared in a sample. */
const COMPARED_TASKS = 60;
const FINAL_SAMPLES = 32;
/** Samples on which a genome that was not tried is climbed to in the end. */
const CLIMBED_SAMPLES = 12;

/**
 * Learns what parts of a genome are worth, on which task, from all trials together (success-model.ts), and tries what may be the best
 * as far as is known: genomes that are the best in one posterior sample (Thompson sampling).
 */
export function modelStrategy(): Strategy<ModelState> {
  return {
    start: startSearch,
    ask: (_, { record, pending }) => toWanted(record, pending),
    tell(problem, state, outcomes) {
      const record = withOutcomes(state.record, state.pending, outcomes);
      return nextRound(problem, { ...state, record, pending: [], round: state.round + 1 });
    },
    standing: (_, { round, record, best }) => ({ generation: round, species: 1, spent: record.spent, best }),
    champion: (_, { best }) => best,
  };
}

function startSearch(problem: SearchProblem, seed: number): ModelState {
  const random = Random.of(seed);
  const { least, most, trials, part, cost } = OPENING;
  const affordablePart = problem.unit === 'calls' ? (part * problem.budget) / (trials * cost) : most;
  const count = Math.round(Math.min(most, Math.max(least, affordablePart)));
  const [record, contenders] = withGenomes(EMPTY_RECORD, drawOpening(problem.pool, random, count));
  const schedule = drawBalancedOrder(problem.searchTasks, problem.difficulty, random);
  const missing = missingTrials(record, schedule, { genomes: contenders, length: trials, most: count * trials });
  const pending = withinBudget(problem, record, missing);
  const innovations = { last: problem.pool.stages, stages: [] };
  const rest = {
    innovations,
    fitted: FIRST_START,
    round: 0,
    winner: null,
    believed: { chances: [], drawVariance: 0 },
    best: null,
  };
  return { random: random.state, record, schedule, contenders, pending, ...rest };
}

function nextRound(problem: SearchProblem, state: ModelState): ModelState {
  if (state.winner !== null) return report(problem, state, state.winner);
  const reserved = reportShare(problem, state.record);
  const most = Math.min(roundSize(problem, state.record), affordableTrials(problem, state.record, reserved));
  const explored = most > 0 ? explore(problem, state, most) : state;
  return explored.pending.length > 0 ? explored : decide(problem, explored);
}

/** The part of the budget for the report: less of a large one, of which it needs less to be as exact. */
function reportShare({ budget }: SearchProblem, record: SearchRecord): number {
  return Math.min(0.4, Math.max(0.1, 0.4 * (150 / Math.max(1, affordable(record, budget))) ** 0.5));
}

function roundSize({ budget }: SearchProblem, record: SearchRecord): number {
  return Math.min(ROUND.most, Math.max(ROUND.least, Math.round(affordable(record, budget) * ROUND.part)));
}

function fit(problem: SearchProblem, { record, fitted }: ModelState, random: Random, samples: number): SuccessModel {
  return fitSuccess(problem, record, { start: fitted, random, samples });
}

/** A round of the search: half of its trials to new genomes, half to known ones that may be the best. */
function explore(problem: SearchProblem, state: ModelState, most: number): ModelState {
  const random = Random.from(state.random);
  const { samples, next: fitted } = fit(problem, state, random, SAMPLES);
  const tasks = state.schedule.slice(0, COMPARED_TASKS);
  const known = sampleScores(state.record, state.contenders, samples, tasks);
  const innovations = Innovations.from(state.innovations).ofNextGeneration();
  const varied = (genome: Genome, others: readonly Scored[]) => {
    const context = { pool: problem.pool, random, innovations };
    const other = genomeAt(state.record, random.pick(others).genome);
    const child = mutateGenome(crossGenomes(genome, other, context), context);
    return { ...child, stages: child.stages.slice(0, SEARCHED_STAGES) };
  };
  const count = Math.min(NEW_GENOMES, Math.max(1, Math.floor(most / 2 / TRIALS_OF_NEW)));
  const proposed = samples.slice(0, count).map((sample, index) => {
    const start = genomeAt(state.record, bestIn(known, index));
    if (index % 2 === 1) return propose(problem, varied(start, known), { sample, tasks, random });
    return propose(problem, start, { sample, tasks, random });
  });
  const [record, places] = withGenomes(state.record, proposed);
  const news = places.filter((place) => place >= state.record.genomes.length);
  const contenders = bestOnAverage(known, CONTENDERS);
  const kept = known.filter(({ genome }) => contenders.includes(genome));
  const shares = shareOut(kept, most - news.length * TRIALS_OF_NEW, random);
  for (const genome of news) shares.set(genome, TRIALS_OF_NEW);
  const chosen = chooseTrials(problem, { record, samples, random, shares }).slice(0, most);
  return {
    ...state,
    random: random.state,
    innovations: innovations.state,
    record,
    fitted,
    contenders: [...contenders, ...news],
    pending: withinBudget(problem, record, chosen),
    best: posteriorEstimate(record, firstTried(record, contenders), samples, problem.searchTasks),
  };
}

/** The first of these that was tried, else any that was: nothing that was not tried can be a champion. */
function firstTried({ totals }: SearchRecord, genomes: readonly number[]): number | undefined {
  return [...genomes, ...totals.keys()].find((genome) => (totals[genome]?.trials ?? 0) > 0);
}

function propose(
  { pool: whole }: SearchProblem,
  start: Genome,
  { sample, tasks, random }: { sample: PosteriorSample; tasks: readonly number[]; random: Random },
): Genome {
  const pool = { ...whole, stages: Math.min(whole.stages, SEARCHED_STAGES) };
  return climb(start, (genome) => pricedShare(sample, genome, tasks), { pool, random, least: 1e-3 });
}

/** Trials for known genomes by top-two Thompson sampling (Russo 2016): the best of one sample, or of another where it is not. */
function shareOut(scored: readonly Scored[], trials: number, random: Random): Map<number, number> {
  const shares = new Map<number, number>();
  const samples = scored[0]?.scores.length ?? 0;
  for (let trial = 0; trial < trials && samples > 0; trial++) {
    let genome = bestIn(scored, random.below(samples));
    if (random.chance(0.5)) {
      const first = genome;
      for (let attempt = 0; attempt < 8 && genome === first; attempt++) genome = bestIn(scored, random.below(samples));
    }
    shares.set(genome, (shares.get(genome) ?? 0) + 1);
  }
  return shares;
}

/** Chooses the champion, be it one that was not tried yet: the trials of its report are the first then. */
function decide(problem: SearchProblem, state: ModelState): ModelState {
  const random = Random.from(state.random);
  const { samples, next: fitted } = fit(problem, state, random, FINAL_SAMPLES);
  const all = [...problem.searchTasks, ...problem.selectionTasks];
  const contenders = bestOnAverage(sampleScores(state.record, state.contenders, samples, all), CONTENDERS);
  const canTry = affordableTrials(problem, state.record) > 0;
  const best = canTry ? (contenders[0] ?? 0) : firstTried(state.record, contenders);
  if (best === undefined) return state;
  const start = genomeAt(state.record, best);
  const champion = canTry ? climbOnAverage(problem, start, { samples, random, tasks: state.schedule }) : start;
  const [record, [genome = 0]] = withGenomes(state.record, [champion]);
  const calls = foreseenCalls(
    samples,
    record,
    genome,
    problem.selectionTasks.length > 0 ? problem.selectionTasks : all,
  );
  const next = declareWinner(problem, { ...state, record, random: random.state, fitted }, { genome, random, calls });
  const tasks = next.winner?.tasks ?? [];
  const believed = believedOf(samples, record, genome, tasks);
  return { ...next, believed, best: posteriorEstimate(record, genome, samples, tasks) };
}

/** Calls of some trials of a genome as the samples foresee them, between the fewest and the most that one can take. */
function foreseenCalls(
  samples: readonly PosteriorSample[],
  record: SearchRecord,
  genome: number,
  tasks: readonly number[],
): number[] {
  const own = genomeAt(record, genome);
  return samples.flatMap((sample) => {
    const { calls } = sample.performance(own, tasks, record.hashes[genome]);
    // A trial takes one call or all of them, as often as that gives this mean: no trials differ more.
    const most = askCount(own);
    const share = most === 1 ? 0 : (calls - 1) / (most - 1);
    return Array.from({ length: 10 }, (_, place) => (place < 10 * share ? most : 1));
  });
}

/** The genome that climbing on the mean of all samples leads to. */
function climbOnAverage(
  { pool }: SearchProblem,
  start: Genome,
  { samples, random, tasks }: { samples: readonly PosteriorSample[]; random: Random; tasks: readonly number[] },
): Genome {
  const some = samples.slice(-CLIMBED_SAMPLES);
  const own = genomeHash(start);
  const value = (genome: Genome) =>
    average(
      Float64Array.from(some, (sample) => pricedShare(sample, genome, tasks, genomeHash(genome) === own ? own : null)),
    );
  const top = climb(start, value, { pool, random, least: 3e-3 });
  return simplify(top, { pool, samples, tasks });
}

/** Goes on with the report of the winner. */
function report(problem: SearchProblem, state: ModelState, winner: Winner): ModelState {
  const { record, believed, best } = state;
  const estimate = best === null ? null : reportedEstimate(best, record, winner, believed);
  return continueReport(problem, { ...state, best: estimate });
}
