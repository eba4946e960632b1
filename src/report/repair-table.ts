import type { RepairResult } from '../analysis/repair-results.ts';
import type { PipelineSummary } from '../analysis/summary.ts';
import { listed } from './listed.ts';
import { countColumn, grouped, type Note, pointsColumn, row, type Table, textColumn } from './table.ts';

const MOST_TASKS = 5;
const TITLE = 'Static repairs, which cost no tokens';
const COLUMNS = [
  textColumn('static repair'),
  countColumn('applied', 'attempts'),
  countColumn('gained', 'attempts'),
  countColumn('lost', 'attempts'),
];

/** How often each static repair was applied, and how many attempts it gained and lost. */
export function repairCountTable(pipelines: readonly PipelineSummary[]): Table {
  const rows = pipelines.flatMap(({ name, repairs }) => {
    const own = Object.entries(repairs).map(([repair, { applied, gained, lost }]) =>
      row(repair, applied, gained, lost),
    );
    return own.length === 0 ? [] : grouped(name, own);
  });
  return { title: TITLE, columns: COLUMNS, rows, notes: ['applied, gained and lost count attempts'] };
}

/** The same with what came of it in the end. */
export function repairTable(repairs: readonly RepairResult[]): Table {
  const rows = [...Map.groupBy(repairs, ({ pipeline }) => pipeline)].flatMap(([pipeline, own]) =>
    grouped(
      pipeline,
      own.map(({ repair, applied, gained, lost, net, gainedTasks }) =>
        row(repair, applied, gained, lost, net, gainedTasks.length),
      ),
    ),
  );
  const meaning =
    'applied, gained and lost count attempts. at the end: share of trials gained minus lost by the last attempt';
  return {
    title: TITLE,
    columns: [...COLUMNS, pointsColumn('at the end,'), countColumn('tasks gained', 'tasks')],
    rows,
    notes: [meaning, ...repairs.flatMap(lostNote)],
  };
}

function lostNote({ pipeline, repair, lostTasks }: RepairResult): Note[] {
  return lostTasks.length === 0 ? [] : [{ about: pipeline, text: `${repair} lost ${listed(lostTasks, MOST_TASKS)}` }];
}
