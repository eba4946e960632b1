/**
 * Two-sided p-value of the sign-flip permutation test: how often the differences, each with a sign drawn at random, would have a
 * sum as far from 0 as theirs. Exact, for whole numbers (passes of one pipeline less those of the other, one number a task); with
 * differences of 1 and -1 alone this is McNemar's exact test.
 */
export function signFlipTest(differences: readonly number[]): number {
  const gains = gainsOf(differences);
  const { gained, total } = gains;
  if (2 * gained === total) return 1;
  return Math.min(1, 2 * chanceOfGains({ ...gains, gained: Math.max(gained, total - gained) }, 1 / 2));
}

/** Differences that are not 0: their sizes, the sum of all sizes, and that of the gains. */
export interface Gains {
  readonly sizes: readonly number[];
  readonly total: number;
  readonly gained: number;
}

/** The gains among differences that are whole numbers. */
export function gainsOf(differences: readonly number[]): Gains {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const gained = differences.reduce((sum, difference) => sum + Math.max(0, difference), 0);
  return { sizes, total, gained };
}

/**
 * The chance of gaining at least as much as was gained, where each difference is a gain with the same chance. With one half it is half
 * of the sign-flip test's p-value; of sizes of 1 it is a tail of the binomial distribution, as in Clopper and Pearson's interval.
 */
export function chanceOfGains({ sizes, total, gained }: Gains, chance: number): number {
  const larger = sizes.filter((size) => size > 1);
  const chances = new Float64Array(total + 1);
  // Those of size 1, the most of all where pairs are tested, are of a distribution that is known.
  let most = sizes.length - larger.length;
  chances.set(binomialChances(most, chance));
  for (const size of larger) {
    most += size;
    for (let sum = most; sum >= 0; sum--) {
      const before = sum < size ? 0 : (chances[sum - size] as number);
      chances[sum] = (1 - chance) * (chances[sum] as number) + chance * before;
    }
  }
  return chances.subarray(gained).reduce((sum, one) => sum + one, 0);
}

/** The chances of 0, 1, ... gains among so many, from the likeliest number outwards, so that neither end overflows. */
function binomialChances(count: number, chance: number): Float64Array {
  const chances = new Float64Array(count + 1);
  const likeliest = Math.min(count, Math.floor((count + 1) * chance));
  const odds = chance / (1 - chance);
  chances[likeliest] = 1;
  for (let gains = likeliest; gains < count; gains++)
    chances[gains + 1] = ((chances[gains] as number) * odds * (count - gains)) / (gains + 1);
  for (let gains = likeliest; gains > 0; gains--)
    chances[gains - 1] = ((chances[gains] as number) * gains) / (odds * (count - gains + 1));
  const sum = chances.reduce((total, one) => total + one, 0);
  return chances.map((one) => one / sum);
}
