import { Random, type RandomState } from '../../statistics/random.ts';
import { drawGenomes } from '../draw-genome.ts';
import type { Genome } from '../genome.ts';
import { type InnovationState, Innovations } from '../innovation.ts';
import { survivors } from '../racing/race.ts';
import { missingTrials, type Schedule } from '../racing/schedule.ts';
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
import type { PosteriorSample } from './posterior-sample.ts';
import { climb } from './propose.ts';
import { bestIn, bestOnAverage, meanChances, posteriorEstimate, type Scored, sampleScores } from './sample-scores.ts';
import { corrected, finalRecord, type Selection } from './selection.ts';
import { FIRST_START, type FitStart, fitSuccess, type SuccessModel } from './success-model.ts';

interface ModelState {
  readonly random: RandomState;
  readonly innovations: InnovationState;
  readonly record: SearchRecord;
  readonly schedule: Schedule;
  /** What the last fit came to. */
  readonly fitted: FitStart;
  readonly round: number;
  /** Genomes that the next round may try again. */
  readonly contenders: readonly number[];
  /** Null while the search goes on. */
  readonly selection: Selection | null;
  readonly pending: readonly PlannedTrial[];
  readonly best: Estimate | null;
}

/** Trials a round: so large a part of all, within these limits. */
const ROUND = { part: 1 / 20, least: 20, most: 100 };

/** `cost`: what a trial is thought to cost before any has run. */
const OPENING = { genomes: 10, trials: 4, cost: 2 };
/** Trials that a new genome gets, and new genomes a round. */
const TRIALS_OF_NEW = 4;
const NEW_GENOMES = 4;
const CONTENDERS = 24;
const SAMPLES = 8;
/** Tasks on which genomes are compared in a sample. */
const COMPARED_TASKS = 60;
const SELECTION_SHARE = 0.25;
const FINALISTS = 5;
const FINAL_SAMPLES = 16;
const FINAL_STRETCH = 16;
/** Share of the tasks that each further draft must be thought to solve: where all drafts of a model are alike they only take calls. */
const DRAFT_WORTH = 1.5e-3;

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
  const drawn = drawGenomes(problem.pool, random, OPENING.genomes);
  const [record, contenders] = withGenomes(EMPTY_RECORD, drawn);
  const schedule = drawBalancedOrder(problem.searchTasks, problem.difficulty, Random.of(seed));
  const most = Math.min(Math.ceil(problem.budget / OPENING.cost), OPENING.genomes * OPENING.trials);
  const missing = missingTrials(record, schedule, { genomes: contenders, length: OPENING.trials, most });
  const pending = withinBudget(problem, record, missing);
  const innovations = { last: problem.pool.stages, stages: [] };
  const rest = { innovations, fitted: FIRST_START, round: 0, selection: null, best: null };
  return { random: random.state, record, schedule, contenders, pending, ...rest };
}

function nextRound(problem: SearchProblem, state: ModelState): ModelState {
  if (state.selection !== null) return race(problem, state, state.selection);
  const most = Math.min(roundSize(problem, state.record), affordableTrials(problem, state.record, SELECTION_SHARE));
  return most > 0 ? explore(problem, state, most) : beginSelection(problem, state);
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
  const known = pricedScores(state.record, state.contenders, samples, tasks);
  const innovations = Innovations.from(state.innovations).ofNextGeneration();
  const varied = (genome: Genome, others: readonly Scored[]) => {
    const context = { pool: problem.pool, random, innovations };
    const other = genomeAt(state.record, random.pick(others).genome);
    return mutateGenome(crossGenomes(genome, other, context), context);
  };
  const proposed = samples.slice(0, NEW_GENOMES).map((sample, index) => {
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
  const chosen = chooseTasks(problem, { record, samples, random, shares }).slice(0, most);
  const pending = withinBudget(problem, record, chosen);
  const best = posteriorEstimate(record, firstTried(record, contenders), samples, problem.searchTasks);
  return {
    ...state,
    random: random.state,
    innovations: innovations.state,
    record,
    fitted,
    contenders: [...contenders, ...news],
    pending,
    best,
  };
}

/** The first of these that was tried, else any that was: nothing that was not tried can be a champion. */
function firstTried({ totals }: SearchRecord, genomes: readonly number[]): number | undefined {
  return [...genomes, ...totals.keys()].find((genome) => (totals[genome]?.trials ?? 0) > 0);
}

function propose(
  { pool }: SearchProblem,
  start: Genome,
  { sample, tasks, random }: { sample: PosteriorSample; tasks: readonly number[]; random: Random },
): Genome {
  const value = (genome: Genome) => sample.share(genome, tasks) - priceOf(genome);
  return climb(start, value, { pool, random, least: 1e-3 });
}

/** Shares of these tasks that genomes solve in every sample, less what their further drafts must be worth. */
function pricedScores(
  record: SearchRecord,
  genomes: readonly number[],
  samples: readonly PosteriorSample[],
  tasks: readonly number[],
): Scored[] {
  return sampleScores(record, genomes, samples, tasks).map(({ genome, scores }) => {
    const price = priceOf(genomeAt(record, genome));
    return { genome, scores: scores.map((score) => score - price) };
  });
}

function priceOf({ drafts }: Genome): number {
  return DRAFT_WORTH * (drafts?.count ?? 0);
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

/** Tasks for each genome's trials: those whose outcome is least certain, less where the genome has had them; some at random. */
function chooseTasks(
  { searchTasks }: SearchProblem,
  options: {
    record: SearchRecord;
    samples: readonly PosteriorSample[];
    random: Random;
    shares: ReadonlyMap<number, number>;
  },
): PlannedTrial[] {
  const { record, samples, random, shares } = options;
  return [...shares].flatMap(([genome, count]) => {
    const done = repeatsOf(record, genome);
    const means = meanChances(samples.slice(0, 8), record, genome, searchTasks);
    const weights = searchTasks.map((task, place) => {
      const chance = means[place] ?? 0;
      return (chance * (1 - chance) + 0.04) / (1 + (done.get(task) ?? 0)) ** 2;
    });
    return drawWeighted(weights, count, random).map((place) => {
      const task = searchTasks[place] ?? 0;
      const repeat = done.get(task) ?? 0;
      done.set(task, repeat + 1);
      return { genome, task, repeat };
    });
  });
}

/** Places drawn without replacement, each by its weight; all again where there are too few. */
function drawWeighted(weights: readonly number[], count: number, random: Random): number[] {
  const keyed = weights.map((weight, place) => ({ place, key: -Math.log(1 - random.uniform()) / weight }));
  const order = keyed.sort((one, other) => one.key - other.key).map(({ place }) => place);
  return Array.from({ length: order.length === 0 ? 0 : count }, (_, index) => order[index % order.length] ?? 0);
}

/** Repeats that a genome has had of each task. */
function repeatsOf(record: SearchRecord, genome: number): Map<number, number> {
  const done = new Map<number, number>();
  for (const trial of record.trials) {
    if (trial.genome === genome) done.set(trial.task, Math.max(done.get(trial.task) ?? 0, trial.repeat + 1));
  }
  return done;
}

/** Fixes who races, on which tasks and repeats, and what is believed of them before. */
function beginSelection(problem: SearchProblem, state: ModelState): ModelState {
  const random = Random.from(state.random);
  const { record } = state;
  const { samples, next: fitted } = fit(problem, state, random, FINAL_SAMPLES);
  const finalists = bestOnAverage(pricedScores(record, state.contenders, samples, problem.searchTasks), FINALISTS);
  const { selectionTasks, difficulty } = problem;
  const isSplit = selectionTasks.length > 0;
  const schedule = isSplit ? drawBalancedOrder(selectionTasks, difficulty, random) : state.schedule;
  const firstRepeat = isSplit ? 0 : record.trials.reduce((most, { repeat }) => Math.max(most, repeat + 1), 0);
  const expected = Object.fromEntries(
    finalists.map((finalist) => [finalist, [...meanChances(samples, record, finalist, schedule)]]),
  );
  const selection = { schedule, firstRepeat, finalists, length: FINAL_STRETCH, expected };
  return race(problem, { ...state, random: random.state, fitted, selection }, selection);
}

/** The finalists' race: a stretch, then a look at who may still be the best, and so on until the budget is spent. */
function race(problem: SearchProblem, state: ModelState, selection: Selection): ModelState {
  const { finalists, length, schedule } = selection;
  const most = Math.min(roundSize(problem, state.record), affordableTrials(problem, state.record));
  const own = finalRecord(state.record, selection);
  const missing = missingTrials(own, schedule, { genomes: finalists, length, most });
  const pending = missing.map((trial) => ({ ...trial, repeat: trial.repeat + selection.firstRepeat }));
  if (pending.length > 0) return { ...state, pending: withinBudget(problem, state.record, pending) };
  const looked = look(problem, state, selection);
  return most === 0 || schedule.length === 0 || looked.selection === null
    ? looked
    : race(problem, looked, looked.selection);
}

/** What a paired test finds worse than the leader is out, and of the rest the model's best is the champion. */
function look(problem: SearchProblem, state: ModelState, selection: Selection): ModelState {
  const random = Random.from(state.random);
  const { record } = state;
  const { schedule, length } = selection;
  const { samples, next: fitted } = fit(problem, state, random, FINAL_SAMPLES);
  const left = survivors(finalRecord(record, selection), schedule, { arms: selection.finalists, length });
  const all = [...problem.searchTasks, ...problem.selectionTasks];
  const finalists = bestOnAverage(pricedScores(record, left, samples, all), FINALISTS);
  const champion = firstTried(record, finalists);
  const believed = posteriorEstimate(record, champion, samples, schedule.length > 0 ? schedule : problem.searchTasks);
  const best = corrected(believed, champion, finalRecord(record, selection), selection);
  const next = { ...selection, finalists, length: length + FINAL_STRETCH };
  return { ...state, random: random.state, fitted, selection: next, best };
}
