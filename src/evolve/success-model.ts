import {
  type DrawRow,
  drawParameters,
  fitMixedLogistic,
  type MixedLogistic,
  type Parameters,
} from '../statistics/mixed-logistic.ts';
import { Random } from '../statistics/random.ts';
import type { Genome } from './genome.ts';
import { genomeAt, type SearchRecord } from './search-record.ts';
import type { SearchProblem } from './strategy.ts';
import {
  draftFeatures,
  draftTrait,
  type Feature,
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
  tasks: { draft: 12, repair: 10, both: 6, ownDraft: 3, ownRepair: 3 },
};

/** One world that the trials leave possible: what every genome would do on every task, had all parameters these values. */
export interface World {
  /** Chance of each of the tasks given, in their order, that the genome solves it. */
  chances(genome: Genome, tasks: readonly number[], hash?: string): Float64Array;
}

/** A fitted model of success. */
export interface SuccessModel {
  readonly spread: Spread;
  /** So many worlds, drawn from what the trials leave possible. */
  readonly worlds: readonly World[];
}

/** Weights of the first guess against what is seen, in effects and in tasks. */
const SPREAD_WEIGHT = 6;
const TASKS_WEIGHT = 40;

/** Fits the model to all trials of a record and draws worlds from it; `spread` is what the fit before came to. */
export function fitSuccess(
  problem: SearchProblem,
  record: SearchRecord,
  { spread, random, worlds }: { spread: Spread; random: Random; worlds: number },
): SuccessModel {
  const layout = new Layout(problem);
  const rows = rowsOf(record, layout);
  const model: MixedLogistic = {
    rows,
    precision: Float64Array.from(layout.kinds, (kind) => 1 / deviationOf(spread, kind) ** 2),
    groups: layout.tasks.length,
    traits: layout.traits.length,
    covariance: layout.covariance(spread),
  };
  const fit = fitMixedLogistic(model);
  const draws = Array.from({ length: worlds }, () => drawParameters(model, fit, random));
  const stop = stopChance(record);
  return {
    spread: learnSpread(spread, { layout, draws, rows }),
    worlds: draws.map((draw) => createWorld(layout, draw, { spread, stop, seed: random.word() })),
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

  columnOf({ kind, name }: Feature): number {
    const key = `${kind}: ${name}`;
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
    return { kind, name: '', value: this.#difficulty[place] ?? 0 };
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

/** The calls of a genome that may solve a task, each with all its features. */
function callsOf(genome: Genome, hash: string): { trait: string; features: Feature[] }[] {
  const draft = draftFeatures(genome);
  const calls = [{ trait: draft.trait, features: [...draft.features] }];
  genome.stages.forEach(({ iterations }, place) => {
    const { trait, features } = stageFeatures(genome, place, hash);
    for (let iteration = 0; iteration < iterations; iteration++) {
      calls.push({ trait, features: [...features, ...orderFeatures(calls.length - 1, iteration)] });
    }
  });
  return calls;
}

/** One row for each genome, call and task that was tried. */
function rowsOf(record: SearchRecord, layout: Layout): DrawRow[] {
  const calls = record.genomes.map((genome, place) => callsOf(genome, record.hashes[place] ?? ''));
  const counted = new Map<string, { genome: number; call: number; group: number; hits: number; draws: number }>();
  for (const trial of record.trials) {
    const group = layout.placeOf(trial.task);
    for (let call = 0; call <= trial.iterations; call++) {
      const key = `${trial.genome} ${call} ${group}`;
      const row = counted.get(key) ?? { genome: trial.genome, call, group, hits: 0, draws: 0 };
      row.draws += 1;
      row.hits += Number(trial.solved && call === trial.iterations);
      counted.set(key, row);
    }
  }
  return [...counted.values()].flatMap(({ genome, call, group, hits, draws }) => {
    const own = calls[genome]?.[call];
    if (own === undefined) return [];
    const features = [...own.features, layout.guess(own.trait, group)];
    return [
      {
        group,
        trait: layout.traits.indexOf(own.trait),
        columns: Int32Array.from(features, (feature) => layout.columnOf(feature)),
        values: Float64Array.from(features, ({ value }) => value),
        hits,
        draws,
      },
    ];
  });
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

/** Effects of parts that no trial has shown are drawn when first asked for, the same whatever is asked before. */
function createWorld(layout: Layout, draw: Parameters, { spread, stop, seed }: WorldOptions): World {
  const unseen = new Map<string, number>();
  const effect = (kind: string, name: string): number => {
    const key = `${kind}: ${name}`;
    const column = layout.columns.get(key);
    if (column !== undefined) return draw.coefficients[column] ?? 0;
    // What a genome has beyond its parts is not known before its first trial, and not hoped for.
    if (kind === 'repair own' || kind === 'draft own') return 0;
    const known = unseen.get(key) ?? deviationOf(spread, kind) * Random.of(seed + 2 ** 32 * wordOf(key)).normal();
    unseen.set(key, known);
    return known;
  };
  const total = (features: readonly Feature[]) =>
    features.reduce((sum, { kind, name, value }) => sum + value * effect(kind, name), 0);
  const guesses = { draft: effect('draft guess', ''), repair: effect('repair guess', '') };
  const size = layout.traits.length;
  const chancesOf = (trait: string, logit: number, tasks: readonly number[]) => {
    const column = layout.traits.indexOf(trait);
    const slope = isDraft(trait) ? guesses.draft : guesses.repair;
    return tasks.map((task) => {
      const place = layout.placeOf(task);
      const own = draw.traits[place * size + column] ?? 0;
      return logit + own + slope * layout.guess(trait, place).value;
    });
  };
  return {
    chances(genome, tasks, hash = '') {
      const solved = new Float64Array(tasks.length);
      const open = new Float64Array(tasks.length).fill(1);
      const call = (logits: readonly number[], order: number) => {
        for (let index = 0; index < tasks.length; index++) {
          const chance = 1 / (1 + Math.exp(-(logits[index] ?? 0) - order));
          const left = open[index] ?? 0;
          solved[index] = (solved[index] ?? 0) + left * chance;
          open[index] = left * (1 - chance) * (1 - stop);
        }
      };
      const draft = draftFeatures(genome);
      call(chancesOf(draft.trait, total(draft.features), tasks), 0);
      let before = 0;
      genome.stages.forEach(({ iterations }, place) => {
        const { trait, features } = stageFeatures(genome, place, hash);
        const logits = chancesOf(trait, total(features), tasks);
        for (let iteration = 0; iteration < iterations; iteration++) {
          call(logits, total(orderFeatures(before, iteration)));
          before += 1;
        }
      });
      return solved;
    },
  };
}

function wordOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 2 ** 20;
}
