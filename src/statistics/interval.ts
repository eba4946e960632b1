import { mean, standardDeviation } from './describe.ts';

/** A mean, and the limits between which the true one lies in 95 of 100 experiments. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What 95 % intervals leave out, on both sides together. */
export const LEVEL = 0.05;

/** 97.5 % quantile of the normal distribution. */
export const NORMAL_QUANTILE = 1.959_963_984_540_054;

/** How far from the mean a normal tail of this chance begins, within 5e-4; 0 from one half on (Abramowitz and Stegun 26.2.23). */
export function normalDistance(tail: number): number {
  if (tail >= 1 / 2) return 0;
  if (tail === LEVEL / 2) return NORMAL_QUANTILE;
  const t = Math.sqrt(-2 * Math.log(tail));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}

/**
 * Mean of independent values with Student's 95 % interval; null of fewer than two. Draws of one task depend on each other, so
 * give one value a task: its mean, or the difference of two pipelines in it.
 */
export function meanInterval(values: readonly number[]): Interval | null {
  const center = mean(values);
  const error = standardError(values);
  if (center === null || error === null) return null;
  const margin = studentQuantile(values.length - 1) * error;
  return { mean: center, low: center - margin, high: center + margin };
}

/**
 * The same for shares between 0 and 1, one a task: Wilson's interval with as many trials as would give the standard error seen
 * (Franco, Little, Louis and Slud 2019), so that it stays between 0 and 1 and keeps its width where all tasks agree. `part` of Student's
 * quantile, 1 of the whole, gives a narrower one; `level` is what it leaves out.
 */
export function shareInterval(shares: readonly number[], part = 1, level = LEVEL): Interval | null {
  const center = mean(shares);
  const error = standardError(shares);
  if (center === null || error === null) return null;
  // Told by the values: the error of equal shares is not quite 0.
  const trials = areEqual(shares) ? shares.length : (center * (1 - center)) / error ** 2;
  return wilson(center, (part * studentQuantile(shares.length - 1, level)) ** 2 / trials);
}

/** A draw that disagrees with another one: the sample variance of 0 and 1. */
const DISAGREEMENT = 1 / 2;

/**
 * The same of a benchmark as it stands, where only the draws vary: the tasks are not a sample of others. One list of draws, 0 or 1, a
 * task; null where a task was drawn less than twice. Wilson's interval with as many effective draws as would give the variance seen within
 * tasks (Franco, Little, Louis and Slud 2019), to which one task is added of which two draws disagree, so that draws that all agree leave a width.
 */
export function drawsInterval(draws: readonly (readonly number[])[]): Interval | null {
  const center = mean(draws.map((own) => mean(own) ?? 0));
  if (center === null || draws.some(({ length }) => length < 2)) return null;
  const count = draws.reduce((sum, { length }) => sum + length, 0);
  const repeats = count / draws.length;
  const within = draws.reduce((sum, own) => sum + ((standardDeviation(own) ?? 0) ** 2 * repeats) / own.length, 0);
  // What part of the variance of as many draws of one mixed task is left within the tasks.
  const part = (within + DISAGREEMENT) / (draws.length * center * (1 - center) + DISAGREEMENT);
  return wilson(center, (studentQuantile(count - draws.length) ** 2 * part) / count);
}

/** Wilson's interval, given the squared quantile over the number of trials. */
function wilson(center: number, ratio: number): Interval {
  const middle = (center + ratio / 2) / (1 + ratio);
  const margin = Math.sqrt(ratio * center * (1 - center) + ratio ** 2 / 4) / (1 + ratio);
  return { mean: center, low: Math.max(0, middle - margin), high: Math.min(1, middle + margin) };
}

function areEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** Standard deviation of a mean; null of fewer than two values. */
export function standardError(values: readonly number[]): number | null {
  const deviation = standardDeviation(values);
  return deviation === null ? null : deviation / Math.sqrt(values.length);
}

/**
 * The quantile of Student's t that leaves half of the level above it: exact for one and two degrees of freedom, else within 0.2 % by Cornish
 * and Fisher's expansion (Abramowitz and Stegun 26.7.5).
 */
export function studentQuantile(degrees: number, level = LEVEL): number {
  if (degrees === 1) return Math.tan((1 / 2 - level / 2) * Math.PI);
  if (degrees === 2) return (1 - level) * Math.sqrt(2 / (1 - (1 - level) ** 2));
  const z = normalDistance(level / 2);
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, index) => sum + term / degrees ** (index + 1), z);
}
