import { mean, standardDeviation } from '../../src/statistics/describe.ts';
import { type Interval, meanInterval, shareInterval, studentQuantile } from '../../src/statistics/interval.ts';
import { type Cases, linearized, ratioInterval } from '../../src/statistics/rate.ts';

/** Student's interval of differences of tasks, wider where all of them agree: greenloop's until 2026-11-29. */
export function studentDifference(cases: readonly Cases[]): Interval | null {
  const differences = linearized(cases);
  const interval = meanInterval(differences);
  if (interval === null) return null;
  const isSame = differences.every((value) => value === differences[0]);
  const open = isSame ? (shareInterval(differences.map(() => 0))?.high ?? 0) : 0;
  return { ...interval, low: Math.max(-1, interval.low - open), high: Math.min(1, interval.high + open) };
}

/** Student's interval of draws, never narrower than if one draw had come out otherwise: greenloop's until 2026-11-29. */
export function studentDraws(draws: readonly (readonly number[])[], lowest: -1 | 0): Interval | null {
  if (draws.some(({ length }) => length < 2)) return null;
  const center = mean(draws.map((own) => mean(own) ?? 0)) ?? 0;
  const count = draws.flat().length;
  const variance = draws.reduce((sum, own) => sum + (standardDeviation(own) ?? 0) ** 2 / own.length, 0);
  const margin = studentQuantile(count - draws.length) * Math.max(Math.sqrt(variance) / draws.length, 1 / count);
  return { mean: center, low: Math.max(lowest, center - margin), high: Math.min(1, center + margin) };
}

/** Student's interval of a linearized ratio of costs: greenloop's until 2026-11-29. */
export const studentCost = ratioInterval;
