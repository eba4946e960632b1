import { type Genome, genomeHash, nodeCount } from './genome.ts';
import { paretoFront, type Score } from './pareto.ts';
import type { GenomeRecord } from './search.ts';
import type { Estimate } from './strategy.ts';

export const PREFERENCES = ['solved', 'cheap', 'balanced'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** Means of fewer trials are mostly luck. */
const FEWEST_TRIALS = 20;
/** What a cheaper pipeline may solve less than the champion, as a share of what that solves. */
const SLACK: Readonly<Record<Preference, number>> = { solved: 0, balanced: 0.05, cheap: 0.15 };

/** The front of all genomes with enough trials, by their means over these: each on the tasks that it was tried on. */
export function frontOf(records: Iterable<GenomeRecord>): Score[] {
  return paretoFront([...records].filter(({ trials }) => trials >= FEWEST_TRIALS).map(scoreOf));
}

/**
 * The champion, or where fewer tokens are preferred the cheapest genome of the front that solves nearly as much as the champion did in the
 * same trials: at most 5 % less (balanced) or 15 % (cheap).
 */
export function preferred(
  preference: Preference,
  champion: Estimate,
  records: ReadonlyMap<string, GenomeRecord>,
): Genome {
  const own = records.get(genomeHash(champion.genome));
  if (preference === 'solved' || own === undefined) return champion.genome;
  const least = (own.solved / own.trials) * (1 - SLACK[preference]);
  const able = frontOf(records.values()).filter(({ solved }) => solved >= least);
  const [cheapest] = able.toSorted((one, other) => one.tokens - other.tokens);
  return cheapest !== undefined && cheapest.tokens < own.tokens / own.trials ? cheapest.genome : champion.genome;
}

function scoreOf({ genome, trials, solved, tokens, seconds }: GenomeRecord): Score {
  const means = { solved: solved / trials, tokens: tokens / trials, seconds: seconds / trials };
  return { genome, ...means, nodes: nodeCount(genome), trials };
}
