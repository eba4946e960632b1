import type { Random } from '../statistics/random.ts';
import { drawPolicies, drawRole, type Genome, isWithin, type StageGene } from './genome.ts';
import type { Pool } from './pool.ts';

/** A genome out of the whole pool: every number of stages as likely, half of the stages with an analyzer. */
export function drawGenome(pool: Pool, random: Random): Genome {
  const count = random.below(pool.stages + 1);
  const genome = {
    generator: drawRole(pool, 'generator', random),
    stages: Array.from({ length: count }, (_, index) => drawStage(pool, random, index + 1)),
    policies: drawPolicies(pool, random),
  };
  return isWithin(pool, genome) ? genome : drawGenome(pool, random);
}

function drawStage(pool: Pool, random: Random, innovation: number): StageGene {
  return {
    innovation,
    iterations: 1 + random.below(pool.iterations),
    analyzer: random.chance(0.5) ? drawRole(pool, 'analyzer', random) : null,
    refiner: drawRole(pool, 'refiner', random),
  };
}
