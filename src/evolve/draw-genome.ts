import type { Random } from '../statistics/random.ts';
import type { Genome } from './genome.ts';
import { Innovations } from './innovation.ts';
import type { Pool } from './pool.ts';
import { drawGenome } from './variation.ts';

/** So many genomes out of the whole pool, at least one, as the paper's first population is drawn. */
export function drawGenomes(pool: Pool, random: Random, count: number): Genome[] {
  const innovations = Innovations.none();
  return Array.from({ length: Math.max(1, Math.floor(count)) }, () => drawGenome({ pool, random, innovations }));
}
