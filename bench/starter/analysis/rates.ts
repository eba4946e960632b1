import type { Interval } from '../../../src/statistics/interval.ts';
import {
  type Cases,
  rateDifference as differenceOfRates,
  type Rate,
  rateOf as rateOfCases,
} from '../../../src/statistics/rate.ts';
import type { TrialRow } from '../trial-row.ts';
import type { ByTask } from './by-task.ts';

export type { Cases, Rate };

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
  return rateOfCases([...cases.values()]);
}

/** The first share less the second, with an interval that knows that both are of the same tasks; null where one has no case. */
export function rateDifference(first: ByTask<Cases>, second: ByTask<Cases>): Interval | null {
  const tasks = [...first.keys()];
  if (first.size !== second.size || tasks.some((task) => !second.has(task)))
    throw new RangeError('expected the same tasks');
  const inOrder = (cases: ByTask<Cases>) => tasks.map((task) => cases.get(task) as Cases);
  return differenceOfRates(inOrder(first), inOrder(second));
}
