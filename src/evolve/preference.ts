import { type Genome, genomeHash, nodeCount } from './genome.ts';
import type { GenomeRecord } from './search.ts';
import type { Estimate } from './strategy.ts';

export const PREFERENCES = ['solved', 'cheap', 'balanced'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** A genome of the archive with its means a trial. */
export interface Weighed {
  readonly genome: Genome;
  readonly trials: number;
  readonly solved: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** Means of fewer trials are mostly luck. */
const FEWEST_TRIALS = 20;
/** What a cheaper pipeline may solve less than the champion, as a share of what that solves. */
const SLACK: Readonly<Record<Preference, number>> = { solved: 0, balanced: 0.05, cheap: 0.15 };

/** The genomes that no other one beats or equals in all of solved, tokens and seconds; the one with fewer nodes of two alike. */
export function paretoFront(records: Iterable<GenomeRecord>): Weighed[] {
  const all = [...records].filter(({ trials }) => trials >= FEWEST_TRIALS).map(weighed);
  const front = all.filter((own) => !all.some((other) => beats(other, own)));
  return front.toSorted((one, other) => other.solved - one.solved || one.tokens - other.tokens);
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
  const able = paretoFront(records.values()).filter(({ solved }) => solved >= least);
  const [cheapest] = able.toSorted((one, other) => one.tokens - other.tokens);
  return cheapest !== undefined && cheapest.tokens < own.tokens / own.trials ? cheapest.genome : champion.genome;
}

function weighed({ genome, trials, solved, tokens, seconds }: GenomeRecord): Weighed {
  return { genome, trials, solved: solved / trials, tokens: tokens / trials, seconds: seconds / trials };
}

function beats(one: Weighed, other: Weighed): boolean {
  const gains = [one.solved - other.solved, other.tokens - one.tokens, other.seconds - one.seconds];
  if (gains.some((gain) => gain < 0)) return false;
  return gains.some((gain) => gain > 0) || nodeCount(one.genome) < nodeCount(other.genome);
}
