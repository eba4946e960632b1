import type { Parameters } from '../../statistics/mixed-logistic.ts';
import { Random } from '../../statistics/random.ts';
import { draftStagesOf, type Genome, type RoleGene, type StageGene } from '../genome.ts';
import {
  draftFeatures,
  type Feature,
  orderFeatures,
  PRIOR_MEANS,
  redrawFeatures,
  redrawOrderFeatures,
  repairTrait,
  stageFeatures,
} from './success-features.ts';
import type { Layout } from './success-layout.ts';
import { deviationOf, type Variances } from './variances.ts';

/** What a sample takes from the fit, beside its parameters. */
interface SampleOptions {
  readonly variances: Variances;
  /** Chance that a pipeline stops after a call that did not solve the task. */
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

/** What a genome does on some tasks. */
interface Performance {
  readonly share: number;
  /** Calls of models a task. */
  readonly calls: number;
}

/** Of each task the chance that it is solved, and the calls of models that it takes. */
interface Expectations {
  readonly solved: Float64Array;
  readonly calls: Float64Array;
}

/** Gets the odds against each task, a factor of them, and the calls of models that the call takes. */
type CallVisitor = (odds: Float64Array, factor: number, asks: number) => void;

/** One sample of the posterior: what every genome would do on every task, had all parameters these values. */
export class PosteriorSample {
  readonly #layout: Layout;
  readonly #draw: Parameters;
  readonly #options: SampleOptions;
  readonly #unseen = new Map<string, number>();
  readonly #orders = new Map<number, number>();
  readonly #stages = new WeakMap<StageGene, StageLogit>();
  readonly #odds = new WeakMap<readonly number[], Map<string, Float64Array>>();

  constructor(layout: Layout, draw: Parameters, options: SampleOptions) {
    this.#layout = layout;
    this.#draw = draw;
    this.#options = options;
  }

  /**
   * Share of these tasks that the genome solves, and the calls of models that it takes for one; `own` is its hash where what it has
   * beyond its parts is to count.
   */
  performance(genome: Genome, tasks: readonly number[], own: string | null = null): Performance {
    const { solved, calls } = this.expectations(genome, tasks, own);
    const count = Math.max(1, tasks.length);
    return { share: sumOf(solved) / count, calls: sumOf(calls) / count };
  }

  /** Chance of each task that the genome solves it. */
  chances(genome: Genome, tasks: readonly number[], own: string | null = null): Float64Array {
    return this.expectations(genome, tasks, own).solved;
  }

  /** What each task is expected to come to. */
  expectations(genome: Genome, tasks: readonly number[], own: string | null = null): Expectations {
    const solved = new Float64Array(tasks.length);
    const open = new Float64Array(tasks.length).fill(1);
    const goOn = 1 - this.#options.stop;
    const calls = new Float64Array(tasks.length);
    // The odds against each task are those of the tasks times a factor.
    this.#walk(genome, tasks, own, (odds, factor, asks) => {
      for (let index = 0; index < open.length; index++) {
        const left = open[index] as number;
        const hit = left / (1 + (odds[index] as number) * factor);
        solved[index] = (solved[index] as number) + hit;
        open[index] = (left - hit) * goOn;
        calls[index] = (calls[index] as number) + asks * left;
      }
    });
    return { solved, calls };
  }

  #walk(genome: Genome, tasks: readonly number[], own: string | null, visit: CallVisitor): void {
    const draft = draftFeatures(genome);
    const draftOdds = this.#taskOdds(draft.trait, tasks);
    visit(draftOdds, Math.exp(-this.#total(draft.features)), 1);
    for (const gene of draftStagesOf(genome)) {
      const factor = Math.exp(-this.#total(redrawFeatures(genome, gene).features));
      for (let earlier = 0; earlier < gene.count; earlier++) {
        visit(draftOdds, factor * Math.exp(-this.#total(redrawOrderFeatures(earlier))), 1);
      }
    }
    let before = 0;
    genome.stages.forEach((stage, place) => {
      const odds = this.#taskOdds(repairTrait(stage.refiner.model), tasks);
      const factor = Math.exp(-this.#stageLogit(genome, place, own));
      for (let iteration = 0; iteration < stage.iterations; iteration++) {
        visit(odds, factor * this.#orderOdds(before, iteration), stage.analyzer === null ? 1 : 2);
        before += 1;
      }
    });
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
    const { variances, seed } = this.#options;
    const known =
      this.#unseen.get(key) ??
      (PRIOR_MEANS[key] ?? 0) + deviationOf(variances, kind) * Random.of(seed + 2 ** 32 * wordOf(key)).normal();
    this.#unseen.set(key, known);
    return known;
  }
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum;
}

function wordOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 2 ** 20;
}
