import { askCount, type Genome } from './genome.ts';
import type { SearchProblem } from './strategy.ts';

/**
 * How many of the first of these trials, named by their genomes, are sure to fit into what is left of the budget, one at least: so the
 * budget ends within one trial. In calls no trial takes more than all calls of its genome, in hours more than the `dearest` so far.
 */
export function fittingTrials(
  { budget, unit }: Pick<SearchProblem, 'budget' | 'unit'>,
  { spent, dearest }: { readonly spent: number; readonly dearest: number },
  genomes: readonly Genome[],
): number {
  let left = budget - spent;
  const count = genomes.findIndex((genome) => {
    left -= unit === 'calls' ? askCount(genome) : dearest;
    return left < 0;
  });
  return count < 0 ? genomes.length : Math.max(1, count);
}
