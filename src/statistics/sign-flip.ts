/**
 * Two-sided p-value of the sign-flip permutation test: how often the differences, each with a sign drawn at random, would have a
 * sum as far from 0 as theirs. Exact, for whole numbers (passes of one pipeline less those of the other, one number a task); with
 * differences of 1 and -1 alone this is McNemar's exact test.
 */
export function signFlipTest(differences: readonly number[]): number {
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  const chances = sumChances(differences.map(Math.abs).filter((size) => size > 0));
  const middle = (chances.length - 1) / 2;
  const extreme = chances.reduce(
    (sum, chance, index) => (Math.abs(index - middle) >= observed ? sum + chance : sum),
    0,
  );
  return Math.min(1, extreme);
}

/** Chances of the sums -total, ..., total of these sizes with signs of chance one half. */
function sumChances(sizes: readonly number[]): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let chances = new Float64Array(2 * total + 1);
  chances[total] = 1;
  for (const size of sizes) {
    const next = new Float64Array(chances.length);
    chances.forEach((chance, index) => {
      if (chance === 0) return;
      next[index + size] = (next[index + size] ?? 0) + chance / 2;
      next[index - size] = (next[index - size] ?? 0) + chance / 2;
    });
    chances = next;
  }
  return [...chances];
}
