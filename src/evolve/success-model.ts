import { type DrawRow, type MixedLogistic, type Parameters, PosteriorWalk } from '../statistics/mixed-logistic.ts';
import { Random } from '../statistics/random.ts';
import type { Genome, RoleGene, StageGene } from './genome.ts';
import { genomeAt, type SearchRecord } from './search-record.ts';
import type { SearchProblem } from './strategy.ts';
import {
  draftFeatures,
  draftTrait,
  type Feature,
  feature,
  orderFeatures,
  PRIOR_DEVIATIONS,
  repairTrait,
  stageFeatures,
} from './success-features.ts';

/** What is learnt from fit to fit about how much things vary. */
export interface Spread {
  /** Standard deviation of the effects of each kind of part. */
  readonly deviations: Readonly<Record<string, number>>;
  /** Variance of tasks as drafts and repairs find them: what all models share, what each has to itself, and the covariance of the shared. */
  readonly tasks: {
    readonly draft: number;
    readonly repair: number;
    readonly both: number;
    readonly ownDraft: number;
    readonly ownRepair: number;
  };
}

export const FIRST_SPREAD: Spread = {
  deviations: PRIOR_DEVIATIONS,
  tasks: { draft: 14, repair: 14, both: 7, ownDraft: 4, ownRepair: 4 },
};

/** A fitted model of success. */
export interface SuccessModel {
  /** For the next fit. */
  readonly next: FitStart;
  /** So many worlds, drawn from what the trials leave possible. */
  readonly worlds: readonly World[];
}

/** Weights of the first guess against what is seen, in effects and in tasks. */
const SPREAD_WEIGHT = 6;
const TASKS_WEIGHT = 40;
/** Steps of the walk before the first world, in which it takes up the newest trials. */
const FORGOTTEN_STEPS = 2;
/** Trials from which on a genome has an effect of its own, beyond those of its parts. */
const OWN_TRIALS = 10;

/** Where a walk through the worlds begins: where the one before has ended. */
export interface FitStart {
  readonly spread: Spread;
  /** Coefficients by name. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** Traits of every task, task by task. */
  readonly traits: readonly number[];
}

export const FIRST_START: FitStart = { spread: FIRST_SPREAD, coefficients: {}, traits: [] };

/** Fits the model to all trials of a record and draws worlds from it. */
export function fitSuccess(
  problem: SearchProblem,
  record: SearchRecord,
  { start, random, worlds }: { start: FitStart; random: Random; worlds: number },
): SuccessModel {
  const { spread } = start;
  const layout = new Layout(problem);
  const rows = rowsOf(record, layout);
  const model: MixedLogistic = {
    rows,
    precision: Float64Array.from(layout.kinds, (kind) => 1 / deviationOf(spread, kind) ** 2),
    groups: layout.tasks.length,
    traits: layout.traits.length,
    covariance: layout.covariance(spread),
  };
  const names = [...layout.columns.keys()];
  const from = {
    coefficients: Float64Array.from(names, (name) => start.coefficients[name] ?? 0),
    traits: Float64Array.from({ length: model.groups * model.traits }, (_, place) => start.traits[place] ?? 0),
  };
  const walk = new PosteriorWalk(model, from, random);
  for (let step = 0; step < FORGOTTEN_STEPS; step++) walk.step();
  const draws = Array.from({ length: worlds }, () => walk.step());
  const last = draws.at(-1) ?? from;
  const stop = stopChance(record);
  return {
    next: {
      spread: learnSpread(spread, { layout, draws, rows }),
      coefficients: Object.fromEntries(names.map((name, column) => [name, last.coefficients[column] ?? 0])),
      traits: [...last.traits],
    },
    worlds: draws.map((draw) => new World(layout, draw, { spread, stop, seed: random.word() })),
  };
}

function deviationOf({ deviations }: Spread, kind: string): number {
  return deviations[kind] ?? 0.5;
}

/** Where each feature, task and trait stands among the parameters. */
class Layout {
  readonly columns = new Map<string, number>();
  readonly kinds: string[] = [];
  readonly tasks: readonly number[];
  readonly traits: readonly string[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #difficulty: readonly number[];

  constructor({ pool, searchTasks, selectionTasks, difficulty }: SearchProblem) {
    this.tasks = [...searchTasks, ...selectionTasks];
    this.#places = new Map(this.tasks.map((task, place) => [task, place]));
    this.traits = [...pool.models.generator.map(draftTrait), ...pool.models.refiner.map(repairTrait)];
    const known = this.tasks.map((task) => difficulty[task] ?? 0.5);
    const middle = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    this.#difficulty = known.map((value) => 2 * (value - middle));
  }

  columnOf({ kind, key }: Feature): number {
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    this.columns.set(key, this.kinds.length);
    return this.kinds.push(kind) - 1;
  }

  placeOf(task: number): number {
    return this.#places.get(task) ?? 0;
  }

  /** The guess of a task's difficulty, about 0, as a part of the draft's logit or of a repair's. */
  guess(trait: string, place: number): Feature {
    const kind = isDraft(trait) ? 'draft guess' : 'repair guess';
    return feature(kind, '', this.difficultyAt(place));
  }

  difficultyAt(place: number): number {
    return this.#difficulty[place] ?? 0;
  }

  covariance({ tasks }: Spread): Float64Array {
    const size = this.traits.length;
    return Float64Array.from({ length: size * size }, (_, index) => {
      const one = this.traits[Math.floor(index / size)] ?? '';
      const other = this.traits[index % size] ?? '';
      if (isDraft(one) !== isDraft(other)) return tasks.both;
      const shared = isDraft(one) ? tasks.draft : tasks.repair;
      return shared + (one === other ? (isDraft(one) ? tasks.ownDraft : tasks.ownRepair) : 0);
    });
  }
}

function isDraft(trait: string): boolean {
  return trait.startsWith('draft ');
}

interface GenomeCall {
  readonly trait: string;
  readonly features: readonly Feature[];
  /** All that the answer depends on: what was asked before, and of whom. */
  readonly path: string;
}

/** The calls of a genome that may solve a task, each with all its features. */
function callsOf(genome: Genome, hash: string | null): GenomeCall[] {
  const draft = draftFeatures(genome);
  let path = JSON.stringify([genome.policies, genome.generator]);
  const calls: GenomeCall[] = [{ ...draft, path }];
  genome.stages.forEach(({ iterations, analyzer, refiner }, place) => {
    const { trait, features } = stageFeatures(genome, place, hash);
    for (let iteration = 0; iteration < iterations; iteration++) {
      path += JSON.stringify([analyzer, refiner]);
      calls.push({ trait, features: [...features, ...orderFeatures(calls.length - 1, iteration)], path });
    }
  });
  return calls;
}

/**
 * One row for each genome, call and task that was tried. Genomes that begin alike have the same draft and the same first
 * refinements in the same repeat: such a call counts once.
 */
function rowsOf(record: SearchRecord, layout: Layout): DrawRow[] {
  const ways = new Map<string, number>();
  const calls = record.genomes.map((genome, place) => {
    const isTried = (record.totals[place]?.trials ?? 0) >= OWN_TRIALS;
    const own = callsOf(genome, isTried ? (record.hashes[place] ?? null) : null);
    return own.map((call) => callColumns(call, layout, ways));
  });
  const counted = new Set<string>();
  const rows = new Map<number, Counted>();
  for (const { genome, task, repeat, solved, iterations } of record.trials) {
    const group = layout.placeOf(task);
    for (let place = 0; place <= iterations; place++) {
      const call = calls[genome]?.[place];
      if (call === undefined || counted.has(`${call.way} ${task} ${repeat}`)) continue;
      counted.add(`${call.way} ${task} ${repeat}`);
      const key = (genome * 16 + place) * layout.tasks.length + group;
      const row = rows.get(key) ?? rowOf(call, group, layout);
      row.hits += Number(solved && place === iterations);
      row.draws += 1;
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

type Counted = DrawRow & { hits: number; draws: number };

interface CallColumns {
  /** The same for all calls that come after the same calls. */
  readonly way: number;
  readonly trait: number;
  /** The last column is the guess of the task's difficulty. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

function callColumns(call: GenomeCall, layout: Layout, ways: Map<string, number>): CallColumns {
  const { trait, features, path } = call;
  const way = ways.get(path) ?? ways.size;
  ways.set(path, way);
  const all = [...features, layout.guess(trait, 0)];
  return {
    way,
    trait: layout.traits.indexOf(trait),
    columns: Int32Array.from(all, (feature) => layout.columnOf(feature)),
    values: Float64Array.from(all, ({ value }) => value),
  };
}

function rowOf({ trait, columns, values }: CallColumns, group: number, layout: Layout): Counted {
  const own = Float64Array.from(values);
  own[own.length - 1] = layout.difficultyAt(group);
  return { group, trait, columns, values: own, hits: 0, draws: 0 };
}

/** How often a pipeline stops after a call that did not solve the task, though it had calls left: it took a wrong answer for right. */
function stopChance(record: SearchRecord): number {
  let [stops, chances] = [0, 0];
  for (const { genome, solved, iterations } of record.trials) {
    const most = genomeAt(record, genome).stages.reduce((sum, stage) => sum + stage.iterations, 0);
    const isStop = !solved && iterations < most;
    stops += Number(isStop);
    chances += iterations + Number(isStop);
  }
  return chances === 0 ? 0 : stops / chances;
}

interface Draws {
  readonly layout: Layout;
  readonly draws: readonly Parameters[];
  readonly rows: readonly DrawRow[];
}

/** One step of empirical Bayes (EM): the spread that the draws show, weighed with the first guess. */
function learnSpread(spread: Spread, { layout, draws, rows }: Draws): Spread {
  const sums = new Map<string, { squares: number; count: number }>();
  for (const { coefficients } of draws) {
    coefficients.forEach((value, column) => {
      const kind = layout.kinds[column] ?? '';
      const sum = sums.get(kind) ?? { squares: 0, count: 0 };
      sums.set(kind, { squares: sum.squares + value ** 2, count: sum.count + 1 });
    });
  }
  const deviations = Object.fromEntries(
    [...sums].map(([kind, { squares, count }]) => {
      const columns = count / Math.max(1, draws.length);
      const first = deviationOf(FIRST_SPREAD, kind) ** 2;
      return [kind, Math.sqrt((SPREAD_WEIGHT * first + squares / draws.length) / (SPREAD_WEIGHT + columns))];
    }),
  );
  return { deviations: { ...spread.deviations, ...deviations }, tasks: learnTasks({ layout, draws, rows }) };
}

/** The same of tasks, those that were tried. */
function learnTasks({ layout, draws, rows }: Draws): Spread['tasks'] {
  const tried = [...new Set(rows.map(({ group }) => group))];
  const first = FIRST_SPREAD.tasks;
  const size = layout.traits.length;
  const drafters = layout.traits.flatMap((trait, place) => (isDraft(trait) ? [place] : []));
  const refiners = layout.traits.flatMap((trait, place) => (isDraft(trait) ? [] : [place]));
  const product = (one: number, other: number) => {
    let sum = 0;
    for (const { traits } of draws) {
      for (const group of tried) sum += (traits[group * size + one] ?? 0) * (traits[group * size + other] ?? 0);
    }
    return sum / draws.length;
  };
  const weighed = (guess: number, seen: number) => (TASKS_WEIGHT * guess + seen) / (TASKS_WEIGHT + tried.length);
  const average = (
    ones: readonly number[],
    others: readonly number[],
    isCounted: (one: number, other: number) => boolean,
  ) => {
    const pairs = ones.flatMap((one) =>
      others.filter((other) => isCounted(one, other)).map((other) => product(one, other)),
    );
    return pairs.length === 0 ? null : pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
  };
  const within = (places: readonly number[], shared: number, own: number) => {
    const whole = weighed(shared + own, average(places, places, (one, other) => one === other) ?? 0);
    const common = average(places, places, (one, other) => one < other);
    const share = common === null ? (whole * shared) / (shared + own) : weighed(shared, common);
    const kept = Math.min(Math.max(share, 0.05 * whole), 0.95 * whole);
    return { shared: kept, own: whole - kept };
  };
  const draft = within(drafters, first.draft, first.ownDraft);
  const repair = within(refiners, first.repair, first.ownRepair);
  const both = weighed(first.both, average(drafters, refiners, () => true) ?? 0);
  const most = 0.9 * Math.sqrt(draft.shared * repair.shared);
  return {
    draft: draft.shared,
    ownDraft: draft.own,
    repair: repair.shared,
    ownRepair: repair.own,
    both: Math.min(Math.max(both, -most), most),
  };
}

interface WorldOptions {
  readonly spread: Spread;
  readonly stop: number;
  readonly seed: number;
}

/** Logit that a stage's refinements have in common, as last asked for. */
interface StageLogit {
  readonly generator: RoleGene;
  readonly before: RoleGene | undefined;
  readonly own: string | null;
  readonly logit: number;
}

/** One world that the trials leave possible: what every genome would do on every task, had all parameters these values. */
export class World {
  readonly #layout: Layout;
  readonly #draw: Parameters;
  readonly #options: WorldOptions;
  readonly #unseen = new Map<string, number>();
  readonly #orders = new Map<number, number>();
  readonly #stages = new WeakMap<StageGene, StageLogit>();
  readonly #odds = new WeakMap<readonly number[], Map<string, Float64Array>>();

  constructor(layout: Layout, draw: Parameters, options: WorldOptions) {
    this.#layout = layout;
    this.#draw = draw;
    this.#options = options;
  }

  /** Share of these tasks that the genome solves; `own` is its hash where what it has beyond its parts is to count. */
  share(genome: Genome, tasks: readonly number[], own: string | null = null): number {
    const chances = this.chances(genome, tasks, own);
    let sum = 0;
    for (let index = 0; index < chances.length; index++) sum += chances[index] as number;
    return sum / Math.max(1, chances.length);
  }

  /** Chance of each task that the genome solves it. */
  chances(genome: Genome, tasks: readonly number[], own: string | null = null): Float64Array {
    const progress = { solved: new Float64Array(tasks.length), open: new Float64Array(tasks.length).fill(1) };
    const draft = draftFeatures(genome);
    this.#call(progress, this.#taskOdds(draft.trait, tasks), Math.exp(-this.#total(draft.features)));
    let before = 0;
    genome.stages.forEach((stage, place) => {
      const odds = this.#taskOdds(repairTrait(stage.refiner.model), tasks);
      const factor = Math.exp(-this.#stageLogit(genome, place, own));
      for (let iteration = 0; iteration < stage.iterations; iteration++) {
        this.#call(progress, odds, factor * this.#orderOdds(before, iteration));
        before += 1;
      }
    });
    return progress.solved;
  }

  /** What a call does with what is left open: the odds against each task are those of the tasks times a factor. */
  #call({ solved, open }: { solved: Float64Array; open: Float64Array }, odds: Float64Array, factor: number): void {
    const goOn = 1 - this.#options.stop;
    for (let index = 0; index < open.length; index++) {
      const left = open[index] as number;
      const hit = left / (1 + (odds[index] as number) * factor);
      solved[index] = (solved[index] as number) + hit;
      open[index] = (left - hit) * goOn;
    }
  }

  #stageLogit(genome: Genome, place: number, own: string | null): number {
    const { generator, stages } = genome;
    const stage = stages[place] as StageGene;
    const before = stages[place - 1]?.refiner;
    const known = this.#stages.get(stage);
    if (known?.generator === generator && known.before === before && known.own === own) return known.logit;
    const logit = this.#total(stageFeatures(genome, place, own).features);
    this.#stages.set(stage, { generator, before, own, logit });
    return logit;
  }

  /** Odds against each task for a call of this trait whose other effects are 0. */
  #taskOdds(trait: string, tasks: readonly number[]): Float64Array {
    const ofTasks = this.#odds.get(tasks) ?? new Map<string, Float64Array>();
    this.#odds.set(tasks, ofTasks);
    const known = ofTasks.get(trait);
    if (known !== undefined) return known;
    const column = this.#layout.traits.indexOf(trait);
    const slope = this.#effect(this.#layout.guess(trait, 0));
    const odds = Float64Array.from(tasks, (task) => {
      const place = this.#layout.placeOf(task);
      const own = this.#draw.traits[place * this.#layout.traits.length + column] ?? 0;
      return Math.exp(-own - slope * this.#layout.difficultyAt(place));
    });
    ofTasks.set(trait, odds);
    return odds;
  }

  #orderOdds(before: number, beforeInStage: number): number {
    const key = before * 16 + beforeInStage;
    const known = this.#orders.get(key) ?? Math.exp(-this.#total(orderFeatures(before, beforeInStage)));
    this.#orders.set(key, known);
    return known;
  }

  #total(features: readonly Feature[]): number {
    let sum = 0;
    for (const own of features) sum += own.value * this.#effect(own);
    return sum;
  }

  /** Effects of parts that no trial has shown are drawn when first asked for, the same whatever is asked before. */
  #effect({ kind, key }: Feature): number {
    const column = this.#layout.columns.get(key);
    if (column !== undefined) return this.#draw.coefficients[column] ?? 0;
    // What a genome has beyond its parts is not known before its first trials, and not hoped for.
    if (kind === 'repair own') return 0;
    const { spread, seed } = this.#options;
    const known = this.#unseen.get(key) ?? deviationOf(spread, kind) * Random.of(seed + 2 ** 32 * wordOf(key)).normal();
    this.#unseen.set(key, known);
    return known;
  }
}

function wordOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 2 ** 20;
}
