import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, type Pair, REPAIRS } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { difference, meanOf, meansByTask } from './by-task.ts';
import { fixesByTask } from './fixes.ts';
import { isWrongValue, solvedAfter } from './outcomes.ts';
import { type Rate, rateDifference, rateOf } from './rates.ts';
import { measuredPairs, type Rows } from './rows.ts';

/** `values` against `traceback` feedback after so many repairs, on the same drafts. */
export interface DetailComparison {
  /** Null for all pairs together. */
  readonly pair: Pair | null;
  readonly repairs: number;
  /** Solved with `values` less solved with `traceback`. */
  readonly solved: Interval | null;
  /** Drafts with a wrong value that are fixed. */
  readonly values: Rate;
  readonly traceback: Rate;
  readonly fixed: Interval | null;
}

/** After the first repair and after all: each pair that has both, then all together. */
export function detailComparisons(rows: Rows, models: readonly string[]): DetailComparison[] {
  const both = measuredPairs(rows, 'traceback', allPairs(models)).flatMap(({ pair, rows: traceback }) => {
    const values = rows('pairs', pair);
    return values === null ? [] : [{ pair, values, traceback }];
  });
  if (both.length === 0) return [];
  const pooled = {
    pair: null,
    values: both.flatMap(({ values }) => values),
    traceback: both.flatMap(({ traceback }) => traceback),
  };
  return [1, REPAIRS].flatMap((repairs) => [...both, pooled].map((item) => compare(item, repairs)));
}

interface BothDetails {
  readonly pair: Pair | null;
  readonly values: readonly TrialRow[];
  readonly traceback: readonly TrialRow[];
}

function compare({ pair, values, traceback }: BothDetails, repairs: number): DetailComparison {
  const solved = (rows: readonly TrialRow[]) => meansByTask(rows, solvedAfter(repairs));
  const [ours, theirs] = [values, traceback].map((rows) => fixesByTask(rows, isWrongValue, repairs));
  return {
    pair,
    repairs,
    solved: meanOf(difference(solved(values), solved(traceback))),
    values: rateOf(ours!),
    traceback: rateOf(theirs!),
    fixed: rateDifference(ours!, theirs!),
  };
}
