import { draftStagesOf, type Genome, type RoleGene } from '../../src/evolve/genome.ts';
import { PAPER_GENES, type Pool, paperPool, parsePool } from '../../src/evolve/pool.ts';
import type { Outcome } from '../../src/evolve/strategy.ts';
import { uniformOf, wordOf } from './draw.ts';
import { climb } from './optimum.ts';
import { type LandscapeKind, type Planted, plant } from './planted.ts';

/** A pool whose every genome's true score is known. */
export interface Landscape {
  readonly pool: Pool;
  readonly tasks: number;
  readonly difficulty: readonly number[];
  /** Chance of each task, by its place, that the genome solves it. */
  chances(genome: Genome): Float64Array;
  /** Tasks that the genome solves on average. */
  trueScore(genome: Genome): number;
  run(genome: Genome, task: number, repeat: number): Outcome;
  /** The best genome that climbing on the true score finds. */
  readonly optimum: Genome;
}

export interface LandscapeOptions {
  readonly seed: number;
  readonly kind: LandscapeKind;
  readonly tasks?: number;
  /** The most further drafts of a genome; default 0, as in the paper. */
  readonly drafts?: number;
  /** Share of a draft's chance that a further draft has: 1 where every one is drawn anew, 0 where all are the same program. */
  readonly redraw?: number;
}

/** The three models of the paper's search, and its genes. */
export const PAPER_POOL: Pool = paperPool(
  parsePool({ models: ['ollama/gemma3:1b', 'ollama/qwen2.5:1.5b', 'ollama/llama3.2:3b'] }, 'the pool of the benchmark'),
);

/** Shares of 164 tasks in the paper: llama solo, llama self-refine, and about what the best genome may reach. */
const SOLO = 76.6 / 164;
const SELF_REFINE = 94 / 164;
const OPTIMUM = 106 / 164;

/** What is left of a repair's chance after each earlier refinement, and after each earlier one of the same stage. */
const FATIGUE = 0.8;
const STAGE_FATIGUE = 0.75;

interface Scale {
  readonly draft: number;
  readonly repair: number;
  /** How much prompts, temperatures, analyzers and meetings matter. */
  readonly parts: number;
  readonly redraw: number;
}

/** A landscape in which the paper's presets reach the paper's means and the best genome about 106 of 164. */
export function createLandscape({ seed, kind, tasks = 164, drafts = 0, redraw = 1 }: LandscapeOptions): Landscape {
  const pool = { ...PAPER_POOL, drafts };
  const planted = plant(pool, tasks, { seed, kind });
  const scale = { ...fitScale(PAPER_POOL, planted, tasks), redraw };
  const chances = (genome: Genome) => solvedChances(planted, scale, genome);
  const trueScore = (genome: Genome) => sum(chances(genome));
  const optimum = climb(pool, trueScore, seed);
  const run = trialRunner(planted, scale, seed);
  return { pool, tasks, difficulty: planted.difficulty, chances, trueScore, run, optimum };
}

/** llama3.2:3b alone, and with three refinements by itself, as the paper has them. */
export const PRESETS: Readonly<Record<'solo' | 'selfRefine' | 'crossModel', Genome>> = {
  solo: preset('ollama/llama3.2:3b', 0),
  selfRefine: preset('ollama/llama3.2:3b', 3),
  crossModel: preset('ollama/qwen2.5:1.5b', 3),
};

function preset(generator: string, iterations: number): Genome {
  const refiner: RoleGene = { model: 'ollama/llama3.2:3b', prompt: 'default', temperature: 0.2 };
  return {
    generator: { model: generator, prompt: 'default', temperature: 0.3 },
    drafts: null,
    stages: iterations === 0 ? [] : [{ innovation: 1, iterations, analyzer: null, refiner }],
    policies: { detail: 'values', repair: 'all', conversation: 'fresh', ...PAPER_GENES },
  };
}

/** Finds the scale at which the two presets and the optimum have their scores. */
function fitScale(pool: Pool, planted: Planted, tasks: number): Scale {
  const anchored = (parts: number): Scale => {
    const redraw = 0;
    const score = (genome: Genome, scale: Scale) => sum(solvedChances(planted, scale, genome)) / tasks;
    const draft = rootOf((value) => score(PRESETS.solo, { draft: value, repair: 0, parts, redraw }) - SOLO);
    const repair = rootOf((value) => score(PRESETS.selfRefine, { draft, repair: value, parts, redraw }) - SELF_REFINE);
    return { draft, repair, parts, redraw };
  };
  const best = (scale: Scale) => {
    const value = (genome: Genome) => sum(solvedChances(planted, scale, genome));
    return value(climb(pool, value, 1, 2)) / tasks;
  };
  return anchored(rootOf((parts) => best(anchored(parts)) - OPTIMUM, { low: 0, high: 3, steps: 6 }));
}

/** Where a function that grows is 0, by bisection; the nearer end where it is nowhere. */
function rootOf(value: (at: number) => number, { low = -12, high = 12, steps = 30 } = {}): number {
  let [from, to] = [low, high];
  for (let step = 0; step < steps; step++) {
    const middle = (from + to) / 2;
    if (value(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** What a genome does for each of its calls that may solve the task: the drafts, then every refinement. */
interface Call {
  /** Chance for each task, if it comes to the call, before fatigue. */
  readonly chances: Float64Array;
  /** Share of that chance that is left. */
  readonly left: number;
}

function solvedChances(planted: Planted, scale: Scale, genome: Genome): Float64Array {
  const calls = callsOf(planted, scale, genome);
  const open = new Float64Array(planted.difficulty.length).fill(1);
  for (const { chances, left } of calls) {
    for (let task = 0; task < open.length; task++) open[task] = (open[task] ?? 0) * (1 - left * (chances[task] ?? 0));
  }
  return open.map((chance) => 1 - chance);
}

function callsOf(planted: Planted, scale: Scale, genome: Genome): Call[] {
  const { generator, stages } = genome;
  const draft = (gene: RoleGene) => draftChances(planted, scale, gene);
  const further = draftStagesOf(genome).flatMap(({ count, temperature }) =>
    Array.from({ length: count }, () => ({ chances: draft({ ...generator, temperature }), left: scale.redraw })),
  );
  const calls: Call[] = [{ chances: draft(generator), left: 1 }, ...further];
  const drafted = calls.length;
  stages.forEach(({ analyzer, refiner, iterations }, index) => {
    const before = stages[index - 1]?.refiner ?? null;
    const ownLogit = repairLogit(planted, scale, { generator, analyzer, refiner, before });
    const chances = logistic(ownLogit, planted.repairing[refiner.model] ?? []);
    for (let iteration = 0; iteration < iterations; iteration++) {
      calls.push({ chances, left: FATIGUE ** (calls.length - drafted) * STAGE_FATIGUE ** iteration });
    }
  });
  return calls;
}

function draftChances(planted: Planted, scale: Scale, gene: RoleGene): Float64Array {
  const own = scale.draft + planted.skill('generator', gene.model);
  return logistic(own + scale.parts * planted.style('generator', gene), planted.drafting[gene.model] ?? []);
}

interface Meeting {
  readonly generator: RoleGene;
  readonly analyzer: RoleGene | null;
  readonly refiner: RoleGene;
  readonly before: RoleGene | null;
}

function repairLogit(planted: Planted, scale: Scale, { generator, analyzer, refiner, before }: Meeting): number {
  const help = analyzer === null ? 0 : planted.skill('analyzer', analyzer.model) + planted.style('analyzer', analyzer);
  const parts =
    planted.style('refiner', refiner) +
    help +
    planted.meeting('draft', generator, refiner) +
    planted.meeting('analysis', analyzer, refiner) +
    planted.meeting('before', before, refiner);
  return scale.repair + planted.skill('refiner', refiner.model) + scale.parts * parts;
}

function logistic(logit: number, suited: readonly number[]): Float64Array {
  const chances = new Float64Array(suited.length);
  for (let task = 0; task < suited.length; task++) chances[task] = 1 / (1 + Math.exp(-logit - (suited[task] ?? 0)));
  return chances;
}

/** What tells a call's luck and what it costs. */
interface Step {
  /** The same for all genomes that have come the same way. */
  readonly word: number;
  readonly tokens: number;
  readonly seconds: number;
}

function stepsOf(genome: Genome): Step[] {
  const { generator, stages } = genome;
  let way = JSON.stringify(generator);
  const steps: Step[] = [{ word: wordOf(way), ...costOf([generator]) }];
  for (const { count, temperature } of draftStagesOf(genome)) {
    for (let draft = 0; draft < count; draft++) {
      way += JSON.stringify(temperature);
      steps.push({ word: wordOf(way), ...costOf([generator]) });
    }
  }
  for (const { analyzer, refiner, iterations } of stages) {
    for (let iteration = 0; iteration < iterations; iteration++) {
      way += JSON.stringify([analyzer, refiner]);
      steps.push({ word: wordOf(way), ...costOf(analyzer === null ? [refiner] : [analyzer, refiner]) });
    }
  }
  return steps;
}

/** Some 350 tokens a call, and seconds that grow with the model. */
function costOf(genes: readonly RoleGene[]): { tokens: number; seconds: number } {
  const sizes = genes.map(({ model }) => Number(/([\d.]+)b$/.exec(model)?.[1] ?? 1));
  return { tokens: 350 * genes.length, seconds: sizes.reduce((total, size) => total + 1 + 0.8 * size, 0) };
}

/** Trials of which each call's luck depends on the seed, the task, the repeat and the way there alone: same draft, same luck. */
function trialRunner(planted: Planted, scale: Scale, seed: number): Landscape['run'] {
  const known = new WeakMap<Genome, { calls: Call[]; steps: Step[] }>();
  return (genome, task, repeat) => {
    const { calls, steps } = known.get(genome) ?? { calls: callsOf(planted, scale, genome), steps: stepsOf(genome) };
    known.set(genome, { calls, steps });
    const hit = steps.findIndex(({ word }, index) => {
      const chance = (calls[index]?.left ?? 0) * (calls[index]?.chances[task] ?? 0);
      return uniformOf(seed, word, task, repeat) < chance;
    });
    const made = hit < 0 ? steps : steps.slice(0, hit + 1);
    const tokens = made.reduce((total, step) => total + step.tokens, 0);
    const seconds = made.reduce((total, step) => total + step.seconds, 0);
    const drafts = Math.min(made.length, 1 + (genome.drafts?.count ?? 0));
    return { solved: hit >= 0, drafts, iterations: made.length - drafts, tokens, seconds, cost: 1 };
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
