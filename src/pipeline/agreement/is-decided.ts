/**
 * Whether the largest group stays the largest with at least this probability, whatever up to `left` further drafts do. It is certain where they
 * are too few to reach it; else it is the chance that a draft belongs rather to the largest group than to the next one, given the sizes and a
 * uniform prior: P(share > 1/2) under Beta(first + 1, second + 1), the stopping rule of adaptive consistency (Aggarwal et al. 2023,
 * equation 2).
 */
export function isDecided(sizes: readonly number[], left: number, confidence: number): boolean {
  if (left <= 0) return true;
  const [first = 0, second = 0] = sizes.toSorted((a, b) => b - a);
  return first - second > left || chanceOfMajority(first, second) >= confidence;
}

/** P(p > 1/2) for p ~ Beta(first + 1, second + 1): a fair coin tossed first + second + 1 times shows at most `first` heads. */
function chanceOfMajority(first: number, second: number): number {
  const tosses = first + second + 1;
  let chance = 2 ** -tosses;
  let sum = 0;
  for (let heads = 0; heads <= first; heads += 1) {
    sum += chance;
    chance *= (tosses - heads) / (heads + 1);
  }
  return sum;
}
