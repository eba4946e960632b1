import { draftStagesOf, type Genome, type RoleGene } from '../../src/evolve/genome.ts';
import type { Pool } from '../../src/evolve/pool.ts';
import type { Outcome } from '../../src/evolve/strategy.ts';
import { uniformOf, wordOf } from './draw.ts';
import { climb } from './optimum.ts';
import { type CallChances, solvedChances, sumOf, type World } from './world.ts';

/** What came of a trial, and the calls that it made, by what decides their answers. */
export interface LandscapeTrial {
  readonly outcome: Outcome;
  readonly calls: readonly number[];
}

/** A pool whose every genome's true score is known. */
export interface Landscape {
  readonly pool: Pool;
  readonly tasks: number;
  readonly difficulty: readonly number[];
  /** Chance of each task, by its place, that the genome solves it. */
  chances(genome: Genome): Float64Array;
  /** Tasks that the genome solves on average. */
  trueScore(genome: Genome): number;
  /** Calls of models that a trial of the genome takes on average. */
  trueCalls(genome: Genome): number;
  run(genome: Genome, task: number, repeat: number): LandscapeTrial;
  /** The best genome that climbing on the true score finds. */
  readonly optimum: Genome;
}

/** A landscape in a world, with the luck of one seed. */
export function createLandscape(world: World, seed: number): Landscape {
  const { pool, difficulty, callsOf } = world;
  const chances = (genome: Genome) => solvedChances(world, genome);
  const trueScore = (genome: Genome) => sumOf(chances(genome));
  return {
    ...{ pool, difficulty, chances, trueScore, tasks: difficulty.length },
    trueCalls: (genome) => expectedCalls(callsOf(genome), stepsOf(genome), difficulty.length),
    run: trialRunner(world, seed),
    optimum: climb(pool, trueScore, seed, 3),
  };
}

/** What a draft or a repair asks for: the analysis before a repair is a call of its own. */
interface Step {
  /** Of each of its calls, the same for all genomes that have come the same way; the last decides its luck. */
  readonly words: readonly number[];
  readonly tokens: number;
  readonly seconds: number;
}

function stepsOf(genome: Genome): Step[] {
  const { generator, stages } = genome;
  let way = '';
  const step = (genes: readonly RoleGene[]): Step => {
    const words = genes.map((gene) => {
      way += JSON.stringify(gene);
      return wordOf(way);
    });
    return { words, ...costOf(genes) };
  };
  const drafts = draftStagesOf(genome).flatMap(({ count, temperature }) =>
    Array.from({ length: count }, () => ({ ...generator, temperature })),
  );
  return [
    ...[generator, ...drafts].map((gene) => step([gene])),
    ...stages.flatMap(({ analyzer, refiner, iterations }) =>
      Array.from({ length: iterations }, () => step(analyzer === null ? [refiner] : [analyzer, refiner])),
    ),
  ];
}

/** Some 350 tokens a call, and seconds that grow with the model. */
function costOf(genes: readonly RoleGene[]): { tokens: number; seconds: number } {
  const sizes = genes.map(({ model }) => Number(/([\d.]+)b$/.exec(model)?.[1] ?? 1));
  return { tokens: 350 * genes.length, seconds: sizes.reduce((total, size) => total + 1 + 0.8 * size, 0) };
}

function expectedCalls(calls: readonly CallChances[], steps: readonly Step[], tasks: number): number {
  let total = 0;
  for (let task = 0; task < tasks; task++) {
    let open = 1;
    calls.forEach((chances, place) => {
      total += open * (steps[place]?.words.length ?? 1);
      open *= 1 - (chances[task] as number);
    });
  }
  return total / tasks;
}

/** Trials of which each call's luck depends on the seed, the task, the repeat and the way there alone: same draft, same luck. */
function trialRunner({ callsOf }: World, seed: number): Landscape['run'] {
  const known = new WeakMap<Genome, { calls: readonly CallChances[]; steps: Step[] }>();
  return (genome, task, repeat) => {
    const { calls, steps } = known.get(genome) ?? { calls: callsOf(genome), steps: stepsOf(genome) };
    known.set(genome, { calls, steps });
    const hit = steps.findIndex(({ words }, index) => {
      return uniformOf(seed, words.at(-1) ?? 0, task, repeat) < (calls[index]?.[task] ?? 0);
    });
    const made = hit < 0 ? steps : steps.slice(0, hit + 1);
    const words = made.flatMap((step) => step.words);
    const tokens = made.reduce((total, step) => total + step.tokens, 0);
    const seconds = made.reduce((total, step) => total + step.seconds, 0);
    const drafts = Math.min(made.length, 1 + (genome.drafts?.count ?? 0));
    const outcome = { solved: hit >= 0, drafts, iterations: made.length - drafts, tokens, seconds, cost: words.length };
    return { outcome, calls: words };
  };
}
