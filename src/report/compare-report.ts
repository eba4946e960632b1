import type { ResultComparison } from '../analysis/compare-results.ts';
import { comparisonTable, type IntervalOf, powerTable } from './comparison-tables.ts';
import { countColumn, type Report, reportOf, row, type Table, textColumn } from './table.ts';

const MOST_TASKS = 40;

/** What differs between results that were measured apart. */
export function compareReport(comparisons: readonly ResultComparison[], interval: IntervalOf): Report {
  return reportOf([
    comparisonTable(comparisons, interval),
    powerTable(comparisons, interval),
    ...comparisons.map(changesTable),
  ]);
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
