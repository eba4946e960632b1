import { type Genome, nodeCount } from '../genome.ts';
import type { Outcome } from '../strategy.ts';

const NODE_PENALTY = 0.02;

/** What one generation's tasks showed of a genome. */
export interface Evaluation {
  readonly solved: number;
  readonly tasks: number;
  /** Refinements over all tasks. */
  readonly iterations: number;
  /** Tasks solved, less 0.02 a node. */
  readonly fitness: number;
}

export interface Evaluated {
  readonly genome: Genome;
  readonly evaluation: Evaluation;
}

/** What a generation's trials of a genome, one a task, say of it. */
export function evaluateGenome(genome: Genome, outcomes: readonly Outcome[]): Evaluation {
  const solved = outcomes.filter((outcome) => outcome.solved).length;
  return {
    solved,
    tasks: outcomes.length,
    iterations: outcomes.reduce((sum, { iterations }) => sum + iterations, 0),
    fitness: solved - NODE_PENALTY * nodeCount(genome),
  };
}

/** Sorts the fitter first, and of two as fit the one with fewer iterations. */
export function compareFitness(first: Evaluation, second: Evaluation): number {
  return second.fitness - first.fitness || first.iterations - second.iterations;
}

/** Fitness of one of `size` members of a species (explicit fitness sharing). */
export function shareFitness(fitness: number, size: number): number {
  return fitness / size;
}
