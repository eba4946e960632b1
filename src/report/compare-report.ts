import type { ResultComparison } from '../analysis/compare-results.ts';
import { comparisonTable, type IntervalOf, powerTable } from './comparison-tables.ts';
import { countColumn, type Note, type Report, reportOf, row, type Table, textColumn } from './table.ts';

const MOST_TASKS = 40;

/** What differs between results that were measured apart; with a margin, in points, also which are shown to be equivalent. */
export function compareReport(
  comparisons: readonly ResultComparison[],
  { interval, margin }: { readonly interval: IntervalOf; readonly margin: number | null },
): Report {
  const equivalences = margin === null ? [] : comparisons.map((one) => equivalenceNote(one, margin));
  const compared = comparisonTable(comparisons, interval);
  return reportOf([
    { ...compared, notes: [...compared.notes, ...equivalences] },
    powerTable(comparisons, interval),
    ...comparisons.map(changesTable),
  ]);
}

/** Equivalent where the 95 % interval lies within the margin: stricter than two one-sided tests at 5 %. */
function equivalenceNote({ pipeline, difference }: ResultComparison, margin: number): Note {
  const isWithin = difference !== null && Math.max(-difference.low, difference.high) <= margin / 100;
  return { about: pipeline, text: `${isWithin ? '' : 'not shown to be '}equivalent within ${margin} points` };
}

function changesTable({ pipeline, baseline, changed }: ResultComparison): Table {
  const more = changed.length - MOST_TASKS;
  return {
    title: `Tasks that changed from ${baseline} to ${pipeline}`,
    columns: [
      textColumn('task'),
      countColumn('passed before', 'trials'),
      countColumn('passed after', 'trials'),
      countColumn('of', 'trials'),
    ],
    rows: changed.slice(0, MOST_TASKS).map(({ taskId, before, after, of }) => row(taskId, before, after, of)),
    notes: more > 0 ? [`and ${more} more`] : [],
  };
}
