import { type Interval, meanInterval, shareInterval } from './interval.ts';

/** Of one task, how many trials are cases of something, and how many of these are hits. */
export interface Cases {
  readonly of: number;
  readonly hits: number;
}

/** A share of cases, which not every task has, nor equally many. */
export interface Rate extends Cases {
  /** How many tasks have a case. */
  readonly tasks: number;
  /** Null of fewer than two tasks. */
  readonly share: Interval | null;
}

/** The share of hits among the cases of all tasks, with an interval over those tasks that have any. */
export function rateOf(cases: readonly Cases[]): Rate {
  const withCases = cases.filter((own) => own.of > 0);
  const { of, hits } = total(withCases);
  return { of, hits, tasks: withCases.length, share: of === 0 ? null : shareInterval(linearized(withCases)) };
}

/**
 * The first share less the second, both given in the same order of the same tasks, with an interval that knows this; null where
 * one has no case.
 */
export function rateDifference(first: readonly Cases[], second: readonly Cases[]): Interval | null {
  if (total(first).of === 0 || total(second).of === 0) return null;
  const values = linearized(second);
  return meanInterval(linearized(first).map((value, index) => value - (values[index] ?? 0)));
}

/** All hits over all cases, which need not be among each other (net fixes over tokens); null of no case or of one task. */
export function ratioInterval(cases: readonly Cases[]): Interval | null {
  return total(cases).of === 0 ? null : meanInterval(linearized(cases));
}

/**
 * The same of hits that are costs (tokens over solved tasks), which are never below 0: Student's interval of the logarithm, whose standard
 * error is that of the ratio over the ratio (delta method). Null too where nothing costs anything.
 */
export function costInterval(cases: readonly Cases[]): Interval | null {
  const interval = ratioInterval(cases);
  if (interval === null || interval.mean <= 0) return null;
  const factor = Math.exp((interval.high - interval.mean) / interval.mean);
  return { mean: interval.mean, low: interval.mean / factor, high: interval.mean * factor };
}

/**
 * One value a task, whose mean is the ratio of all hits to all cases and whose spread is that of this ratio between samples of
 * tasks (Cochran, Sampling Techniques, 1977, section 2.11).
 */
export function linearized(cases: readonly Cases[]): number[] {
  const { of, hits } = total(cases);
  const rate = hits / of;
  return cases.map((own) => rate + ((own.hits - rate * own.of) * cases.length) / of);
}

function total(cases: readonly Cases[]): Cases {
  return cases.reduce((sum, own) => ({ of: sum.of + own.of, hits: sum.hits + own.hits }), { of: 0, hits: 0 });
}
