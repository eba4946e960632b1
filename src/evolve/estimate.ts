import { mean } from '../statistics/describe.ts';
import { shareInterval } from '../statistics/interval.ts';
import type { Genome } from './genome.ts';
import type { Estimate } from './strategy.ts';

/** What shares solved, one a task that was tried, say of a genome; of a single task the true share may be any. */
export function estimateOf(genome: Genome, shares: readonly number[], trials: number): Estimate {
  const { low, high } = shareInterval(shares) ?? { low: 0, high: 1 };
  return { genome, solved: mean(shares) ?? 0, low, high, trials };
}
