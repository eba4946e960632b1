import { type Interval, meanInterval, shareInterval } from '../../../src/statistics/interval.ts';
import type { TrialRow } from '../trial-row.ts';
import type { ByTask } from './by-task.ts';

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

/** Counts cases and hits of each task, of those too that have none. */
export function casesByTask(
  rows: readonly TrialRow[],
  isCase: (row: TrialRow) => boolean,
  isHit: (row: TrialRow) => boolean,
): ByTask<Cases> {
  const groups = Map.groupBy(rows, ({ task }) => task);
  return new Map(
    [...groups].map(([task, own]) => {
      const cases = own.filter(isCase);
      return [task, { of: cases.length, hits: cases.filter(isHit).length }];
    }),
  );
}

/** The share of hits among all cases, with an interval over the tasks that have any. */
export function rateOf(cases: ByTask<Cases>): Rate {
  const withCases = [...cases.values()].filter((own) => own.of > 0);
  const { of, hits } = total(withCases);
  return { of, hits, tasks: withCases.length, share: of === 0 ? null : shareInterval(linearized(withCases)) };
}

/** The first share less the second, with an interval that knows that both are of the same tasks; null where one has no case. */
export function rateDifference(first: ByTask<Cases>, second: ByTask<Cases>): Interval | null {
  const tasks = [...first.keys()];
  if (first.size !== second.size || tasks.some((task) => !second.has(task)))
    throw new RangeError('expected the same tasks');
  const [a, b] = [first, second].map((cases) => tasks.map((task) => cases.get(task) as Cases)) as [Cases[], Cases[]];
  if (total(a).of === 0 || total(b).of === 0) return null;
  const values = linearized(b);
  return meanInterval(linearized(a).map((value, index) => value - (values[index] ?? 0)));
}

/**
 * One value a task, whose mean is the ratio of all hits to all cases and whose spread is that of this ratio between samples of
 * tasks (Cochran, Sampling Techniques, 1977, section 2.11).
 */
function linearized(cases: readonly Cases[]): number[] {
  const { of, hits } = total(cases);
  const rate = hits / of;
  return cases.map((own) => rate + ((own.hits - rate * own.of) * cases.length) / of);
}

function total(cases: readonly Cases[]): Cases {
  return cases.reduce((sum, own) => ({ of: sum.of + own.of, hits: sum.hits + own.hits }), { of: 0, hits: 0 });
}
