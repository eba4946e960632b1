import { count } from '../base/count.ts';
import { type Plan, repeatsOf } from '../runs/plan.ts';
import type { ReadableRun } from '../runs/read-run.ts';
import type { TrialRow } from '../runs/run-store.ts';
import type { TrialOutcome } from '../runs/trial.ts';
import { type Cell, countColumn, idColumn, type Report, reportOf, row, type Table, textColumn } from './table.ts';

/** Which tasks of a run are listed: so many from one on, counted from 1. */
export interface TaskPage {
  readonly from: number;
  readonly limit: number;
}

/** A kept run: what each pipeline came to, and each task with its outcomes. */
export function runReport(run: ReadableRun, rows: readonly TrialRow[], page: TaskPage): Report {
  const { id, state, started, plan } = run;
  const size = `${plan.benchmark.name}: ${count(plan.tasks.length, 'task')} x ${repeatsText(plan)}, seed ${plan.seed}`;
  return reportOf([
    { notes: [`run ${id}, ${state}, begun ${started}`, size] },
    pipelineTable(run, rows),
    taskTable(run, rows, page),
  ]);
}

/** `3 repeats`, or `up to 10 repeats`. */
export function repeatsText({ repeats, untilClear }: Plan): string {
  return `${untilClear === undefined ? '' : 'up to '}${count(repeats, 'repeat')}`;
}

function pipelineTable({ plan, state }: ReadableRun, rows: readonly TrialRow[]): Table {
  const planned = plan.tasks.length * (state === 'complete' ? repeatsOf(plan, rows) : plan.repeats);
  return {
    title: 'Pipelines',
    columns: [
      textColumn('pipeline'),
      countColumn('trials', 'trials'),
      countColumn('passed', 'trials'),
      countColumn('not passed', 'trials'),
      countColumn('faults', 'trials'),
    ],
    rows: plan.pipelines.map(({ name }) => {
      const own = rows.filter(({ pipeline }) => pipeline === name);
      const trials = own.length === planned ? planned : { hits: own.length, of: planned };
      return row(name, trials, ...(['passed', 'not-passed', 'fault'] as const).map((outcome) => of(own, outcome)));
    }),
    notes: [],
  };
}

function taskTable({ plan }: ReadableRun, rows: readonly TrialRow[], { from, limit }: TaskPage): Table {
  const byTask = Map.groupBy(rows, ({ taskId }) => taskId);
  const tasks = plan.tasks.map(({ id }) => id).filter((id) => byTask.has(id));
  const shown = tasks.slice(from - 1, from - 1 + limit);
  const last = from - 1 + shown.length;
  const isAll = shown.length === tasks.length;
  return {
    title: 'Tasks: trials that passed, and the errors of the others',
    columns: [idColumn('task'), ...plan.pipelines.map(({ name }) => textColumn(name)), textColumn('errors')],
    rows: shown.map((id) => {
      const own = byTask.get(id) ?? [];
      return row(id, ...plan.pipelines.map(({ name }) => outcomeCell(own, name)), errorsOf(own));
    }),
    notes: isAll ? [] : [`tasks ${from} to ${last} of ${tasks.length}`],
  };
}

function outcomeCell(rows: readonly TrialRow[], name: string): Cell {
  const own = rows.filter(({ pipeline }) => pipeline === name);
  return own.length === 0 ? null : `${of(own, 'passed')} of ${own.length}`;
}

function errorsOf(rows: readonly TrialRow[]): string {
  return [...new Set(rows.flatMap(({ error }) => error ?? []))].join(', ');
}

function of(rows: readonly TrialRow[], outcome: TrialOutcome): number {
  return rows.filter((own) => own.outcome === outcome).length;
}
