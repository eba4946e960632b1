import type { Genome } from '../../src/evolve/genome.ts';
import type { Pool } from '../../src/evolve/pool.ts';

/** One call of a genome that may solve a task, a draft or a repair: the chance of each task, if it comes to the call. */
export type CallChances = Float64Array;

/** A pool and what its genomes do: the truth behind a landscape. */
export interface World {
  readonly pool: Pool;
  /** What one might guess of each task's difficulty, 0 to 1. */
  readonly difficulty: readonly number[];
  /** The drafts of a genome, then its repairs. */
  callsOf(genome: Genome): readonly CallChances[];
}

/** Chance of each task that the genome solves it. */
export function solvedChances({ difficulty, callsOf }: World, genome: Genome): Float64Array {
  const open = new Float64Array(difficulty.length).fill(1);
  for (const chances of callsOf(genome)) {
    for (let task = 0; task < open.length; task++)
      open[task] = (open[task] as number) * (1 - (chances[task] as number));
  }
  return open.map((chance) => 1 - chance);
}

/** A chance for each task, from logits, times what is left of it. */
export function logistic(logit: number, suited: readonly number[], left = 1): Float64Array {
  const chances = new Float64Array(suited.length);
  for (let task = 0; task < suited.length; task++) {
    chances[task] = left / (1 + Math.exp(-logit - (suited[task] as number)));
  }
  return chances;
}

export function sumOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
