import { differenceInterval } from '../../src/statistics/difference.ts';
import type { Interval } from '../../src/statistics/interval.ts';

/** The interval of differences of tasks with one trial each. */
export function differenceOf(hits: readonly number[]): Interval | null {
  return differenceInterval(hits.map((own) => ({ of: 1, hits: own })));
}
