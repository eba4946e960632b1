import type { Analysis } from '../analysis/analyze-run.ts';
import { pointsColumn, row, shareColumn, type Table, textColumn } from './table.ts';

/** A run with few tasks by the hierarchical model. */
export function hierarchicalTable({ hierarchical }: Analysis): Table {
  return {
    title: 'Few tasks: by a hierarchical model',
    columns: [textColumn('pipeline'), shareColumn('passed', '95 % credible'), pointsColumn('points', '95 % credible')],
    rows: hierarchical.map(({ pipeline, passRate, difference }) => row(pipeline, passRate, difference)),
    notes: [
      'points: compared with the first pipeline. The model assumes that pipelines are alike on a task, which makes intervals narrower where tasks are few, and less sure: verdicts are those of the exact test above.',
    ],
  };
}
