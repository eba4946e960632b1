import type { Random } from '../../statistics/random.ts';
import type { Genome, RoleGene } from '../genome.ts';
import type { Pool } from '../pool.ts';
import { singleStages } from '../racing/baselines.ts';

/** Genomes to begin with: pipelines of one stage that together have each model and prompt of each role about as often. */
export function drawOpening(pool: Pool, random: Random, count: number): Genome[] {
  const grid = random.shuffled(singleStages(pool, random));
  const seen = new Map<string, number>();
  const chosen: Genome[] = [];
  while (chosen.length < Math.min(count, grid.length)) {
    const left = grid.filter((genome) => !chosen.includes(genome));
    const costs = left.map((genome) => partsOf(genome).reduce((sum, part) => sum + (seen.get(part) ?? 0) ** 2, 0));
    const next = left[costs.indexOf(Math.min(...costs))] as Genome;
    for (const part of partsOf(next)) seen.set(part, (seen.get(part) ?? 0) + 1);
    chosen.push(next);
  }
  return chosen;
}

function partsOf({ generator, drafts, stages }: Genome): string[] {
  const [stage] = stages;
  const role = (name: string, gene: RoleGene | null | undefined) =>
    gene === null || gene === undefined
      ? [`no ${name}`]
      : [`${name} ${gene.model}`, `${name} prompt ${JSON.stringify(gene.prompt)}`];
  return [
    ...role('generator', generator),
    ...role('analyzer', stage?.analyzer),
    ...role('refiner', stage?.refiner),
    drafts === null ? 'one draft' : 'drafts',
  ];
}
