import { type Interval, meanInterval, shareInterval } from '../../../src/statistics/interval.ts';
import type { TrialRow } from '../trial-row.ts';

/** One value a task, as draws of one task depend on each other. */
export type ByTask<Value = number> = ReadonlyMap<string, Value>;

/** Of each task, the mean of a value over its trials; those of several parts may be given together. */
export function meansByTask(rows: readonly TrialRow[], value: (row: TrialRow) => number): ByTask {
  const groups = Map.groupBy(rows, ({ task }) => task);
  return new Map([...groups].map(([task, own]) => [task, own.reduce((sum, row) => sum + value(row), 0) / own.length]));
}

/** The mean of shares between 0 and 1, with the interval of `greenloop bench`. */
export function shareOf(shares: ByTask): Interval | null {
  return shareInterval([...shares.values()]);
}

/** The mean of other values, with its interval. */
export function meanOf(values: ByTask): Interval | null {
  return meanInterval([...values.values()]);
}

/** Task by task, the first less the second; both must hold the same tasks. */
export function difference(first: ByTask, second: ByTask): ByTask {
  if (first.size !== second.size) throw new RangeError(`expected the same tasks, got ${first.size} and ${second.size}`);
  return new Map([...first].map(([task, value]) => [task, value - valueIn(second, task)]));
}

function valueIn(values: ByTask, task: string): number {
  const value = values.get(task);
  if (value === undefined) throw new RangeError(`expected the same tasks, ${task} is in one of them only`);
  return value;
}
