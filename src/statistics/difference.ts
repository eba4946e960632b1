import { type Interval, NORMAL_QUANTILE, shareInterval } from './interval.ts';
import { type Cases, linearized } from './rate.ts';
import { chanceOfGains, type Gains, gainsOf } from './sign-flip.ts';

/** One-sided level of a 95 % interval. */
const LEVEL = 0.025;
/** Halvings after which a limit is known to 1e-7. */
const HALVINGS = 24;
/** Chances of a gain that are looked at between the limit and the chance seen. */
const STEPS = 32;

/**
 * Gains less losses as a share of all cases, with the 95 % interval over tasks that inverts the sign-flip test: it leaves 0 out exactly where the
 * test's p-value is at most 0.05. A difference is how much changed times how far the changes lean to one side. The share changed
 * has Wilson's interval (`shareInterval`), the lean that of the test with another chance of a gain than one half, and the two are joined as in PropImp
 * (Newcombe 2011, Communications in Statistics 40, 3154-3180). `hits` are whole numbers, gains less losses of one task, at most `of` in
 * size. Null of fewer than two tasks with cases.
 */
export function differenceInterval(cases: readonly Cases[]): Interval | null {
  const tasks = cases.filter(({ of }) => of > 0);
  if (tasks.length < 2) return null;
  const hits = tasks.map((task) => task.hits);
  const changed = linearized(tasks.map((task) => ({ ...task, hits: Math.abs(task.hits) })));
  const center = sum(hits) / sum(tasks.map(({ of }) => of));
  const lost = lowest(gainsOf(hits), changed);
  const won = -lowest(gainsOf(hits.map((one) => -one)), changed);
  return { mean: center, low: Math.min(center, lost), high: Math.max(center, won) };
}

/** The least difference that is not rejected: each chance of a gain leaves the share changed as much room as it does not take itself. */
function lowest(gains: Gains, changed: readonly number[]): number {
  const { gained, total } = gains;
  if (gained === 0) return -limits(changed, 1).high;
  const [least, seen] = [leastChance(gains), gained / total];
  const differences = Array.from({ length: STEPS + 1 }, (_, step) => {
    const chance = least + (step / STEPS) * (seen - least);
    const lean = 2 * chance - 1;
    const { low, high } = limits(changed, step === 0 ? 0 : roomLeft(chanceOfGains(gains, chance)));
    return lean * (lean > 0 ? low : high);
  });
  return Math.min(...differences);
}

/** The least chance of a gain that the test does not reject; the first halving is the sign-flip test itself, and decides on 0. */
function leastChance(gains: Gains): number {
  let [below, above] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (chanceOfGains(gains, middle) > LEVEL) above = middle;
    else below = middle;
  }
  return above;
}

function limits(changed: readonly number[], part: number): Interval {
  return shareInterval(changed, part) as Interval;
}

/** What a tail of this chance leaves of the quantile: the squares of both parts add up to 1. */
function roomLeft(tail: number): number {
  return Math.sqrt(Math.max(0, 1 - (normalDistance(tail) / NORMAL_QUANTILE) ** 2));
}

/** How far from the mean a normal tail begins, within 5e-4; 0 from one half on (Abramowitz and Stegun 26.2.23). */
function normalDistance(tail: number): number {
  if (tail >= 1 / 2) return 0;
  const t = Math.sqrt(-2 * Math.log(tail));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
