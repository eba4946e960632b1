import type { Genome } from './genome.ts';

/** What a genome does and what it takes, means over its trials. */
export interface Score {
  readonly genome: Genome;
  readonly solved: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly trials: number;
}

/**
 * Those that no other beats in solved, tokens and seconds at once, the most solved first. Of equals the one with fewer nodes stays, and
 * where these are equal the first.
 */
export function paretoFront(scores: readonly Score[]): Score[] {
  const front = scores.filter((score, place) => !scores.some((other, index) => beats(other, score, index < place)));
  return front.sort((one, other) => other.solved - one.solved || one.tokens - other.tokens);
}

/** Whether the first makes the second superfluous. */
function beats(one: Score, other: Score, isEarlier: boolean): boolean {
  if (one === other) return false;
  const differences = [one.solved - other.solved, other.tokens - one.tokens, other.seconds - one.seconds];
  if (differences.some((difference) => difference < 0)) return false;
  if (differences.some((difference) => difference > 0)) return true;
  return one.nodes < other.nodes || (one.nodes === other.nodes && isEarlier);
}
