import type { Analysis } from '../analysis/analyze-run.ts';
import { moreText } from './listed.ts';
import { countColumn, row, type Table, textColumn } from './table.ts';

const MOST_TASKS = 20;

/** Tasks that were never solved, by pipeline. */
export function neverSolvedTable({ run, neverSolved: { byPipeline, byNone } }: Analysis): Table {
  const isKnown = byPipeline.some(({ of }) => of === run.benchmark.tasks);
  return {
    title: 'Tasks never solved',
    columns: [
      textColumn('pipeline'),
      countColumn('never solved', 'tasks'),
      countColumn('of tasks', 'tasks'),
      countColumn('solved by another', 'tasks'),
    ],
    rows: byPipeline.map(({ pipeline, tasks, of, solvedByOthers }) => row(pipeline, tasks.length, of, solvedByOthers)),
    notes: byNone.length === 0 && isKnown ? ['every task was solved by at least one pipeline'] : [],
  };
}

/** Tasks that no pipeline solved. */
export function unsolvedTaskTable({ neverSolved: { byNone } }: Analysis): Table {
  return {
    title: `Never solved by any pipeline: ${byNone.length}`,
    columns: [textColumn('task'), countColumn('trials', 'trials'), textColumn('most frequent error')],
    rows: byNone.slice(0, MOST_TASKS).map(({ taskId, trials, error }) => row(taskId, trials, error)),
    notes: byNone.length > MOST_TASKS ? [moreText(byNone.length - MOST_TASKS)] : [],
  };
}
