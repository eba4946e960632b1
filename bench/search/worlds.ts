import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { draftStagesOf, type Genome, type RoleGene } from '../../src/evolve/genome.ts';
import { type Pool, paperPool, parsePool } from '../../src/evolve/pool.ts';
import { Random } from '../../src/statistics/random.ts';
import { PAPER_POOL, paperWorld } from './paper-world.ts';
import { type Effect, effects, partOf, type Role } from './planted.ts';
import { type CallChances, logistic, type World } from './world.ts';

const TASKS = 164;

/**
 * Kinds of landscapes. `plain` and `epistatic` are made to the paper's figures (paper-world.ts). The others check the searches on what is
 * built in another way; `files` needs the paper's result files in a folder of data.
 */
const WORLDS = {
  plain: (seed: number) => paperWorld(seed, 'plain'),
  epistatic: (seed: number) => paperWorld(seed, 'epistatic'),
  chain: chainWorld,
  needle: needleWorld,
  equal: equalWorld,
  noise: noiseWorld,
  rugged: ruggedWorld,
  files: filesWorld,
  drafts: draftsWorld,
  fading: fadingWorld,
} as const;

export type LandscapeKind = keyof typeof WORLDS;

export const LANDSCAPE_KINDS = Object.keys(WORLDS) as LandscapeKind[];

/** The world of this kind that a seed draws. */
export function createWorld(kind: LandscapeKind, seed: number, data: string): World {
  return WORLDS[kind](seed, data);
}

/** What a call is made of, and where it stands in its genome. */
interface CallPlace {
  readonly genome: Genome;
  readonly analyzer: RoleGene | null;
  readonly refiner: RoleGene;
  /** Of the stage, of the repair in its stage, and of the repair among all. */
  readonly stage: number;
  readonly iteration: number;
  readonly repair: number;
}

interface Calls {
  draft(gene: RoleGene, place: number): CallChances;
  repair(place: CallPlace): CallChances;
}

/** A world from what one draft and one repair do. */
function worldOf(pool: Pool, difficulty: readonly number[], { draft, repair }: Calls): World {
  return {
    pool,
    difficulty,
    callsOf(genome) {
      const { generator, stages } = genome;
      const calls = [draft(generator, 0)];
      for (const { count, temperature } of draftStagesOf(genome)) {
        for (let place = 1; place <= count; place++) calls.push(draft({ ...generator, temperature }, place));
      }
      let repairs = 0;
      stages.forEach(({ analyzer, refiner, iterations }, stage) => {
        for (let iteration = 0; iteration < iterations; iteration++) {
          calls.push(repair({ genome, analyzer, refiner, stage, iteration, repair: repairs }));
          repairs += 1;
        }
      });
      return calls;
    },
  };
}

/** Tasks of a benchmark: how each suits drafts and repairs, in logits, and a guess of its difficulty that knows a part of it. */
function drawTasks(random: Random, spread: { readonly draft: number; readonly repair: number }) {
  const normals = () => Array.from({ length: TASKS }, () => random.normal());
  const [ease, knack, guess] = [normals(), normals(), normals()];
  return {
    draft: ease.map((value) => spread.draft * value),
    repair: ease.map((value, task) => spread.repair * (0.7 * value + 0.7 * (knack[task] as number))),
    difficulty: ease.map((value, task) => 1 / (1 + Math.exp(1.2 * (value + (guess[task] as number))))),
  };
}

/** An effect of each of a role's model, prompt and temperature, in logits. */
function roleEffect(effect: Effect, role: Role, { model, prompt, temperature }: RoleGene, width: number): number {
  const best = 0.5 + effect(0.2, 'warmth', role, model);
  const name = JSON.stringify(prompt);
  return effect(width, role, model) + effect(0.5 * width, role, name) - 1.5 * width * (temperature - best) ** 2;
}

/** The chance of a call is a product of factors, one a part, and not a sum of logits. */
function chainWorld(seed: number): World {
  const random = Random.of(seed + 11);
  const effect = effects(seed + 11);
  const tasks = drawTasks(random, { draft: 2.5, repair: 2 });
  const factor = (role: Role, { model, prompt, temperature }: RoleGene) =>
    Math.exp(-Math.abs(effect(0.5, role, model)) - Math.abs(effect(0.3, role, JSON.stringify(prompt)))) *
    (1 - 0.5 * Math.min(1, Math.abs(temperature - 0.5 - effect(0.2, 'warmth', role, model))));
  const times = (chances: Float64Array, part: number) => chances.map((chance) => chance * part);
  return worldOf(PAPER_POOL, tasks.difficulty, {
    draft: (gene) => times(logistic(0.8, tasks.draft), factor('generator', gene)),
    repair: ({ analyzer, refiner }) => {
      const help = analyzer === null ? 0.6 : factor('analyzer', analyzer) ** 0.7;
      return times(logistic(-0.8, tasks.repair), help * factor('refiner', refiner));
    },
  });
}

/** One combination of three models, out of 27, repairs well; all else hardly matters. */
function needleWorld(seed: number): World {
  const random = Random.of(seed + 12);
  const effect = effects(seed + 12);
  const tasks = drawTasks(random, { draft: 3, repair: 2 });
  const { models } = PAPER_POOL;
  const needle = [models.generator, models.analyzer, models.refiner].map((names) => random.pick(names));
  return worldOf(PAPER_POOL, tasks.difficulty, {
    draft: (gene) => logistic(-0.3 + roleEffect(effect, 'generator', gene, 0.2), tasks.draft),
    repair: ({ genome, analyzer, refiner, repair }) => {
      const isNeedle = [genome.generator.model, analyzer?.model, refiner.model].every((own, at) => own === needle[at]);
      const logit = (isNeedle ? -0.5 : -3.5) + roleEffect(effect, 'refiner', refiner, 0.2);
      return logistic(logit, tasks.repair, 0.8 ** repair);
    },
  });
}

/** Every genome is as good as its draft, every draft as good as any other, and no repair ever helps. */
function equalWorld(seed: number): World {
  const tasks = drawTasks(Random.of(seed + 13), { draft: 3, repair: 1 });
  const drafted = logistic(0, tasks.draft);
  const never = new Float64Array(TASKS);
  return worldOf(PAPER_POOL, tasks.difficulty, { draft: () => drafted, repair: () => never });
}

/** All tasks are alike, so that a trial is a coin; parts matter a little. */
function noiseWorld(seed: number): World {
  const effect = effects(seed + 14);
  const tasks = drawTasks(Random.of(seed + 14), { draft: 0.2, repair: 0.2 });
  return worldOf(PAPER_POOL, tasks.difficulty, {
    draft: (gene) => logistic(-0.6 + roleEffect(effect, 'generator', gene, 0.25), tasks.draft),
    repair: ({ analyzer, refiner, repair }) => {
      const help = analyzer === null ? 0 : roleEffect(effect, 'analyzer', analyzer, 0.25);
      return logistic(-2.2 + help + roleEffect(effect, 'refiner', refiner, 0.25), tasks.repair, 0.7 ** repair);
    },
  });
}

/** What a stage is worth follows from the combination of all its parts, and from nothing simpler. */
function ruggedWorld(seed: number): World {
  const effect = effects(seed + 15);
  const tasks = drawTasks(Random.of(seed + 15), { draft: 3, repair: 2 });
  return worldOf(PAPER_POOL, tasks.difficulty, {
    draft: (gene) => logistic(-0.4 + effect(0.5, ...partOf(gene)), tasks.draft),
    repair: ({ genome, analyzer, refiner, stage, repair }) => {
      const own = [
        partOf(genome.generator),
        analyzer === null ? 'none' : partOf(analyzer),
        partOf(refiner),
        `${stage}`,
      ];
      return logistic(-2.8 + effect(1.4, ...own.flat()), tasks.repair, 0.8 ** repair);
    },
  });
}

interface Trajectory {
  readonly passed: boolean;
  readonly trajectory_length: number;
}

/** The paper's models of which its result files have drafts, and in which configurations. */
const FILES_MODELS: Readonly<Record<string, readonly string[]>> = {
  'ollama/qwen2.5:1.5b': ['qwen→exec→llama', 'NEAT v3 champion'],
  'ollama/llama3.2:3b': ['llama3.2:3b solo', 'llama→exec→llama'],
  'ollama/qwen2.5-coder:3b': ['qwen2.5-coder:3b solo', 'qwen2.5-coder:3b self-refine'],
};
/** Repairs of each refiner on average in these files, in logits over all tasks with a failed draft; llama's for qwen. */
const FILES_REPAIRS: readonly number[] = [-3, -1.6, -1.9];

/**
 * The tasks of the paper's result files: a draft has the chance that the two recorded drafts of the model on the task show, a repair is likelier
 * where one was recorded, and each further one has half the chance, as there.
 */
function filesWorld(seed: number, data: string): World {
  const file = join(data, 'paper-results/error_taxonomy.json');
  const { configs } = JSON.parse(readFileSync(file, 'utf8')) as {
    configs: Record<string, { per_problem: readonly Trajectory[] }>;
  };
  const random = Random.of(seed + 16);
  const effect = effects(seed + 16);
  const models = Object.keys(FILES_MODELS);
  const pool = paperPool(parsePool({ models }, 'the pool of the benchmark'));
  const ofTask = (task: number) => Object.values(configs).flatMap(({ per_problem }) => per_problem[task] ?? []);
  const drafted = ({ passed, trajectory_length: length }: Trajectory) => passed && length === 1;
  const shares = Array.from({ length: TASKS }, (_, task) => {
    const all = ofTask(task).map((own) => Number(drafted(own)));
    return all.reduce((sum, own) => sum + own, 0) / all.length;
  });
  const drafting = Object.fromEntries(
    Object.entries(FILES_MODELS).map(([model, names]) => [
      model,
      shares.map((share, task) => {
        const hits = names.filter((name) => drafted(configs[name]?.per_problem[task] as Trajectory)).length;
        return logitOf((hits + 0.3 * (0.1 + 0.8 * share)) / 2.3);
      }),
    ]),
  );
  const repairing = shares.map((_, task) => {
    const failed = ofTask(task).filter((own) => !drafted(own));
    const repaired = failed.filter(({ passed }) => passed).length;
    return 4 * ((repaired + 0.3) / (failed.length + 0.9) - 0.33) + random.normal();
  });
  return worldOf(
    pool,
    shares.map((share) => clamped(1 - share + 0.3 * random.normal())),
    {
      draft: (gene) => logistic(styled(effect, 'generator', gene), drafting[gene.model] ?? []),
      repair: ({ analyzer, refiner, repair }) => {
        const help =
          analyzer === null ? 0 : effect(0.3, 'analyzer', analyzer.model) + styled(effect, 'analyzer', analyzer);
        const own = FILES_REPAIRS[models.indexOf(refiner.model)] ?? 0;
        return logistic(own + help + styled(effect, 'refiner', refiner), repairing, 0.5 ** repair);
      },
    },
  );
}

/** What prompt and temperature do where the model's own effect is recorded. */
function styled(effect: Effect, role: Role, { model, prompt, temperature }: RoleGene): number {
  const warmth = temperature - 0.4 - effect(0.15, 'warmth', role, model);
  return effect(0.25, role, JSON.stringify(prompt)) - 0.5 * warmth ** 2;
}

function logitOf(chance: number): number {
  return Math.log(chance / (1 - chance));
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Further drafts help with one model and are all the same with the others; repairs help little. */
function draftsWorld(seed: number): World {
  const random = Random.of(seed + 17);
  const effect = effects(seed + 17);
  const tasks = drawTasks(random, { draft: 2, repair: 2 });
  const fresh = random.pick(PAPER_POOL.models.generator);
  return worldOf({ ...PAPER_POOL, drafts: 3 }, tasks.difficulty, {
    draft: (gene, place) => {
      const left = place === 0 ? 1 : gene.model === fresh ? 0.8 : 0.02;
      return logistic(-0.8 + roleEffect(effect, 'generator', gene, 0.4), tasks.draft, left);
    },
    repair: ({ refiner, repair }) =>
      logistic(-3 + roleEffect(effect, 'refiner', refiner, 0.4), tasks.repair, 0.7 ** repair),
  });
}

/** The first repair of a genome may help, the later ones hardly ever: long pipelines only take calls. */
function fadingWorld(seed: number): World {
  const effect = effects(seed + 18);
  const tasks = drawTasks(Random.of(seed + 18), { draft: 3, repair: 2 });
  return worldOf(PAPER_POOL, tasks.difficulty, {
    draft: (gene) => logistic(-0.3 + roleEffect(effect, 'generator', gene, 0.5), tasks.draft),
    repair: ({ analyzer, refiner, repair }) => {
      const help = analyzer === null ? 0 : roleEffect(effect, 'analyzer', analyzer, 0.5);
      return logistic(-1.5 + help + roleEffect(effect, 'refiner', refiner, 0.5), tasks.repair, 0.1 ** repair);
    },
  });
}
