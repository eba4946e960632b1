import type { Analysis } from '../analysis/analyze-run.ts';
import { chosenCounts } from './result-tables.ts';
import { type Column, row, solvedColumn, type Table, textColumn } from './table.ts';

/** How far the best of some single runs is above the mean of all. */
export function bestOfRunsTable({ bestOfRuns, run }: Analysis): Table {
  const counts = chosenCounts(run.repeats).slice(1);
  return {
    title: 'How much the best of several single runs overstates the mean',
    columns: [
      textColumn('pipeline'),
      solvedColumn('mean'),
      ...counts.map((runs): Column => ({ name: `of ${runs}`, kind: 'points', unit: '%' })),
    ],
    rows: bestOfRuns.map(({ pipeline, mean, curve }) =>
      row(pipeline, mean, ...counts.map((runs) => curve[runs - 1]?.excess ?? null)),
    ),
    notes: ['of k: how far the best of k repeats is above the mean, in %, averaged over all choices of k repeats'],
  };
}
