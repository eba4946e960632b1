import { draftStagesOf, type Genome, type RoleGene } from '../../src/evolve/genome.ts';
import { PAPER_GENES, type Pool, paperPool, parsePool } from '../../src/evolve/pool.ts';
import { climb } from './optimum.ts';
import { type Planted, type PlantedKind, plant } from './planted.ts';
import { type CallChances, logistic, solvedChances, sumOf, type World } from './world.ts';

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

/** How a world of the paper's figures may differ from the paper. */
export interface PaperWorldOptions {
  readonly tasks: number;
  /** The most further drafts of a genome; 0 in the paper. */
  readonly drafts: number;
  /** Share of a draft's chance that a further draft has: 1 where every one is drawn anew, 0 where all are the same program. */
  readonly redraw: number;
}

/** A world in which the paper's presets reach the paper's means and the best genome about 106 of 164. */
export function paperWorld(
  seed: number,
  kind: PlantedKind,
  { tasks, drafts, redraw }: PaperWorldOptions = { tasks: 164, drafts: 0, redraw: 1 },
): World {
  const planted = plant(PAPER_POOL, tasks, { seed, kind });
  const scale = { ...fitScale(planted), redraw };
  return { pool: { ...PAPER_POOL, drafts }, ...scaled(planted, scale) };
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

function scaled(planted: Planted, scale: Scale): Omit<World, 'pool'> {
  return { difficulty: planted.difficulty, callsOf: (genome) => callsOf(planted, scale, genome) };
}

/** Finds the scale at which the two presets and the optimum have their scores. */
function fitScale(planted: Planted): Scale {
  const share = (genome: Genome, scale: Scale) =>
    sumOf(solvedChances({ pool: PAPER_POOL, ...scaled(planted, scale) }, genome)) / planted.difficulty.length;
  const anchored = (parts: number): Scale => {
    const redraw = 0;
    const draft = rootOf((value) => share(PRESETS.solo, { draft: value, repair: 0, parts, redraw }) - SOLO);
    const repair = rootOf((value) => share(PRESETS.selfRefine, { draft, repair: value, parts, redraw }) - SELF_REFINE);
    return { draft, repair, parts, redraw };
  };
  const best = (scale: Scale) => {
    const value = (genome: Genome) => share(genome, scale);
    return value(climb(PAPER_POOL, value, 1, 2));
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

function callsOf(planted: Planted, scale: Scale, genome: Genome): CallChances[] {
  const { generator, stages } = genome;
  const draft = (gene: RoleGene, left = 1) => {
    const logit = scale.draft + planted.skill('generator', gene.model) + scale.parts * planted.style('generator', gene);
    return logistic(logit, planted.drafting[gene.model] ?? [], left);
  };
  const further = draftStagesOf(genome).flatMap(({ count, temperature }) =>
    Array.from({ length: count }, () => draft({ ...generator, temperature }, scale.redraw)),
  );
  const calls = [draft(generator), ...further];
  const drafted = calls.length;
  stages.forEach(({ analyzer, refiner, iterations }, index) => {
    const before = stages[index - 1]?.refiner ?? null;
    const logit = repairLogit(planted, scale, { generator, analyzer, refiner, before });
    for (let iteration = 0; iteration < iterations; iteration++) {
      const left = FATIGUE ** (calls.length - drafted) * STAGE_FATIGUE ** iteration;
      calls.push(logistic(logit, planted.repairing[refiner.model] ?? [], left));
    }
  });
  return calls;
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
