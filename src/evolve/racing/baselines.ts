import type { Random } from '../../statistics/random.ts';
import { drawGenomes } from '../draw-genome.ts';
import { drawPolicies, type Genome, type RoleGene } from '../genome.ts';
import { type Pool, temperaturesOf } from '../pool.ts';
import type { Strategy } from '../strategy.ts';
import { type RoundsState, roundsStrategy } from './rounds.ts';

/** Random genomes, all tried equally often on the same tasks; about as many genomes as trials of each. */
export function randomStrategy(): Strategy<RoundsState> {
  return roundsStrategy((problem, random, trials) => {
    const length = Math.max(1, Math.round(Math.sqrt(trials)));
    return { genomes: drawGenomes(problem.pool, random, trials / length), length, kept: null };
  });
}

/** Trials of each genome before the first half of them is given up. */
const FIRST_ROUND = 8;

/** Successive halving (Karnin, Koren and Somekh 2013): the better half of the genomes goes on with twice as many trials. */
export function halvingStrategy(): Strategy<RoundsState> {
  return roundsStrategy((problem, random, trials) => {
    const count = halvingWidth(trials / FIRST_ROUND);
    return { genomes: drawGenomes(problem.pool, random, count), length: FIRST_ROUND, kept: 1 / 2 };
  });
}

/** All pipelines of the pool that have one stage, in successive halving. */
export function gridStrategy(): Strategy<RoundsState> {
  return roundsStrategy(({ pool }, random, trials) => {
    const grid = random.shuffled(singleStages(pool, random));
    // Where the budget does not give each a trial in every round, as many as it does, drawn at random.
    const genomes = grid.slice(0, Math.max(1, Math.floor(halvingWidth(trials / 2))));
    const length = Math.max(2, Math.floor(trials / (genomes.length * (1 + Math.log2(genomes.length)))));
    return { genomes, length, kept: 1 / 2 };
  });
}

/** How many genomes halving can begin with so that all its rounds together cost as much as the first round of so many genomes. */
function halvingWidth(firstRounds: number): number {
  let width = 1;
  while (((width + 1) * (1 + Math.log2(width + 1))) / 2 + width / 2 <= firstRounds) width++;
  return width;
}

/** Every pipeline of the pool that has one stage, be it of all repairs or of all further drafts, at the temperature in the middle of the grid. */
export function singleStages(pool: Pool, random: Random): Genome[] {
  const grid = temperaturesOf(pool);
  const temperature = grid[Math.floor((grid.length - 1) / 2)] ?? 0;
  const genes = (role: 'generator' | 'analyzer' | 'refiner'): RoleGene[] => {
    const prompts: readonly RoleGene['prompt'][] = pool.prompts[role];
    return pool.models[role].flatMap((model) => prompts.map((prompt) => ({ model, prompt, temperature })));
  };
  const alone = (drafts: Genome['drafts']) =>
    genes('generator').map((generator) => ({ generator, drafts, stages: [], policies: drawPolicies(pool, random) }));
  const drafting = pool.drafts === 0 ? [] : alone({ count: pool.drafts, temperature });
  if (pool.stages === 0) return [...alone(null), ...drafting];
  const repairing = genes('generator').flatMap((generator) =>
    [null, ...genes('analyzer')].flatMap((analyzer) =>
      genes('refiner').map((refiner) => ({
        generator,
        drafts: null,
        stages: [{ innovation: 1, iterations: pool.iterations, analyzer, refiner }],
        policies: drawPolicies(pool, random),
      })),
    ),
  );
  return [...repairing, ...drafting];
}
