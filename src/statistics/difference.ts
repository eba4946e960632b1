import { type Interval, LEVEL, normalDistance, shareInterval } from './interval.ts';
import { type Cases, linearized } from './rate.ts';
import { chanceOfGains, type Gains, gainsOf } from './sign-flip.ts';

/** Halvings after which a limit is known to 1e-7. */
const HALVINGS = 24;
/** Chances of a gain that are looked at between the limit and the chance seen. */
const STEPS = 32;

/**
 * Gains less losses as a share of all cases, with the interval over tasks, of 95 % where no level is given, that inverts the sign-flip test: it leaves 0 out exactly where the
 * test's p-value is at most `level`. A difference is how much changed times how far the changes lean to one side. The share changed
 * has Wilson's interval (`shareInterval`), the lean that of the test with another chance of a gain than one half, and the two are joined as in PropImp
 * (Newcombe 2011, Communications in Statistics 40, 3154-3180). `hits` are whole numbers, gains less losses of one task, at most `of` in
 * size. Null of fewer than two tasks with cases.
 */
export function differenceInterval(cases: readonly Cases[], level = LEVEL): Interval | null {
  const tasks = cases.filter(({ of }) => of > 0);
  if (tasks.length < 2) return null;
  const hits = tasks.map((task) => task.hits);
  const changed = linearized(tasks.map((task) => ({ ...task, hits: Math.abs(task.hits) })));
  const center = sum(hits) / sum(tasks.map(({ of }) => of));
  const lost = lowest(gainsOf(hits), changed, level);
  const won = -lowest(gainsOf(hits.map((one) => -one)), changed, level);
  return { mean: center, low: Math.min(center, lost), high: Math.max(center, won) };
}

/** The least difference that is not rejected: each chance of a gain leaves the share changed as much room as it does not take itself. */
function lowest(gains: Gains, changed: readonly number[], level: number): number {
  const { gained, total } = gains;
  const limits = (part: number) => shareInterval(changed, part, level) as Interval;
  if (gained === 0) return -limits(1).high;
  const [least, seen] = [leastChance(gains, level), gained / total];
  const differences = Array.from({ length: STEPS + 1 }, (_, step) => {
    const chance = least + (step / STEPS) * (seen - least);
    const lean = 2 * chance - 1;
    const { low, high } = limits(step === 0 ? 0 : roomLeft(chanceOfGains(gains, chance), level));
    return lean * (lean > 0 ? low : high);
  });
  return Math.min(...differences);
}

/** The least chance of a gain that the test does not reject; the first halving is the sign-flip test itself, and decides on 0. */
function leastChance(gains: Gains, level: number): number {
  let [below, above] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (chanceOfGains(gains, middle) > level / 2) above = middle;
    else below = middle;
  }
  return above;
}

/** What a tail of this chance leaves of the quantile: the squares of both parts add up to 1. */
function roomLeft(tail: number, level: number): number {
  return Math.sqrt(Math.max(0, 1 - (normalDistance(tail) / normalDistance(level / 2)) ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
