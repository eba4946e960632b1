/**
 * Unbiased estimate of the chance that at least one of k draws passes, from `passed` of `draws` (Chen et al. 2021,
 * arXiv:2107.03374, section 2.1); null where there are fewer draws than k.
 */
export function passAtK(draws: number, passed: number, k: number): number | null {
  if (k > draws) return null;
  if (draws - passed < k) return 1;
  // The same to the last digit as the share of passed draws.
  if (k === 1) return passed / draws;
  let allFail = 1;
  for (let i = draws - passed + 1; i <= draws; i += 1) allFail *= 1 - k / i;
  return 1 - allFail;
}
