import { mean } from './describe.ts';
import type { Interval } from './interval.ts';
import { Random } from './random.ts';

const SAMPLES = 2000;
const SEED = 0;

/**
 * Mean of one value a task with the 95 % interval of the percentile bootstrap: tasks drawn anew with replacement, as often as there are
 * tasks, 2,000 times (Efron and Tibshirani 1993, chapter 13). The same values have the same interval. Null of fewer than two,
 * and where all are equal: then every sample is the same, which tells nothing.
 */
export function bootstrapInterval(values: readonly number[]): Interval | null {
  const center = mean(values);
  if (center === null || values.every((value) => value === values[0])) return null;
  const random = Random.of(SEED);
  const means = new Float64Array(SAMPLES).map(() => sampleMean(values, random)).sort();
  return { mean: center, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

function sampleMean(values: readonly number[], random: Random): number {
  let sum = 0;
  for (let drawn = 0; drawn < values.length; drawn++) sum += values[random.below(values.length)] ?? 0;
  return sum / values.length;
}

/** Of sorted values, between the two next to it in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
