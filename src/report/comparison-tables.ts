import type { Comparison } from '../analysis/comparison.ts';
import { type Column, countColumn, type Note, pointsColumn, row, type Table, textColumn } from './table.ts';

/** What an interval is for: tasks like these, or these alone, where only the draws vary. */
export const INTERVALS = ['tasks', 'draws'] as const;
export type IntervalOf = (typeof INTERVALS)[number];

/** How the heading of a column says what its intervals are for. */
export function intervalName(intervalOf: IntervalOf): string {
  return intervalOf === 'tasks' ? '95 %' : '95 %, draws';
}

/** A column of p-values. */
export function pValueColumn(name: string): Column {
  return { name, kind: 'p-value', unit: null };
}

/** How much more of the trials passed than with the first pipeline, in points, on the same tasks and repeats. */
export function comparisonTable(comparisons: readonly Comparison[], intervalOf: IntervalOf): Table {
  const baselines = new Set(comparisons.map(({ baseline }) => baseline));
  const [baseline = ''] = baselines;
  return {
    title: baselines.size === 1 ? `Compared with ${baseline}` : 'Each pipeline compared with itself',
    columns: [
      textColumn('pipeline'),
      pointsColumn('points', intervalName(intervalOf)),
      pValueColumn('p (Holm)'),
      textColumn('verdict'),
    ],
    rows: comparisons.map(({ pipeline, difference, differenceHere, correctedP, verdict }) =>
      row(
        pipeline,
        intervalOf === 'tasks' ? difference : (differenceHere ?? difference?.mean ?? null),
        correctedP,
        verdict,
      ),
    ),
    notes: comparisons.filter(({ leftOut }) => leftOut > 0).map(leftOutNote),
  };
}

function leftOutNote({ pipeline, pairs, leftOut }: Comparison): Note {
  const others = leftOut === 1 ? 'the other one has' : 'the others have';
  return {
    about: pipeline,
    text: `compared in ${pairs} of ${pairs + leftOut} pairs; ${others} a trial that faulted or is missing`,
  };
}

/** Where no difference was shown: the smallest one that such a run detects, and what it would take to detect the one seen. */
export function powerTable(comparisons: readonly Comparison[]): Table {
  return {
    title: 'No difference shown: the smallest difference this run could detect',
    columns: [
      textColumn('pipeline'),
      pointsColumn('minimum detectable difference,', null),
      countColumn('repeats to detect the one seen', 'repeats'),
    ],
    rows: comparisons
      .filter(({ verdict, smallestShown }) => verdict === 'no difference shown' && smallestShown !== null)
      .map(({ pipeline, smallestShown, repeatsNeeded }) => row(pipeline, smallestShown, repeatsNeeded)),
    notes: ['with 80 % power, before the correction for several comparisons'],
  };
}
