/**
 * What the best of `count` of these values is on average, over all choices of that many of them: exact. Of the values in ascending
 * order the i-th is the best in C(i - 1, count - 1) of the C(n, count) choices. Null where there are fewer values.
 */
export function expectedBest(values: readonly number[], count: number): number | null {
  if (count < 1 || count > values.length) return null;
  let expected = 0;
  // Share of the choices whose best is the value looked at; from the greatest, which is in count of n of them.
  let share = count / values.length;
  values
    .toSorted((a, b) => b - a)
    .forEach((value, above) => {
      expected += share * value;
      const left = values.length - above - 1;
      share *= left === 0 ? 0 : Math.max(0, left - count + 1) / left;
    });
  return expected;
}

/** What the greatest of `count` independent normal values is above their mean on average, in standard deviations (within 1e-4). */
export function expectedBestOfNormal(count: number): number {
  let [expected, below] = [0, 0];
  for (let value = STEP / 2 - REACH; value < REACH; value += STEP) {
    const share = (Math.exp(-(value ** 2) / 2) / Math.sqrt(2 * Math.PI)) * STEP;
    expected += value * count * share * (below + share / 2) ** (count - 1);
    below += share;
  }
  return expected;
}

const REACH = 9;
const STEP = 1 / 256;
