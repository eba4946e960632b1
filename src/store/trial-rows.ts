import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { TrialQuery, TrialRow } from '../runs/run-store.ts';
import { trialOutcomeSchema } from '../runs/trial.ts';
import type { Sql } from './sql.ts';

/** Rows at most of one page. */
export const MOST_ROWS = 1000;

const trialRow = z.object({
  pipeline: z.string(),
  taskId: z.string(),
  repeat: z.int(),
  outcome: trialOutcomeSchema,
  error: z.string().nullable(),
  seconds: z.number(),
  tokens: z.number(),
});

/** SQL for trials with the names of their pipeline and task; `chosen` gives their numbers. The texts of a trial are not read. */
export function trialRows(chosen: string): string {
  return `SELECT number, pipelines.spec ->> 'name' AS pipeline, tasks.id AS taskId, repeat, outcome, error, seconds, tokens
    FROM (${chosen}) AS own CROSS JOIN trials USING (number)
    JOIN pipelines ON pipelines.hash = trials.pipeline JOIN tasks ON tasks.hash = trials.task`;
}

/** A row as greenloop wrote it; none of any other. */
export function readRow(row: unknown): TrialRow[] {
  const read = trialRow.safeParse(row);
  return read.success ? [read.data] : [];
}

/** SQL with its values. */
export interface Condition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/** What a query chooses. */
export function conditionOf(run: string, { pipeline, taskId, outcome, error }: TrialQuery): Condition {
  // A task alone is found by itself: it has few trials in any run.
  const isOfTask = taskId !== undefined && pipeline === undefined;
  const parts: [sql: string, value: string | undefined][] = [
    [isOfTask ? '+run = ?' : 'run = ?', run],
    ["pipeline IN (SELECT hash FROM pipelines WHERE spec ->> 'name' = ?)", pipeline],
    ['task IN (SELECT hash FROM tasks WHERE id = ?)', taskId],
    ['outcome = ?', outcome],
    ['error = ?', error],
  ];
  const chosen = parts.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return { where: chosen.map(({ sql }) => sql).join(' AND '), values: chosen.map(({ value }) => value) };
}

/** How many trials a query chooses: those of one task are counted, of all others there are counts. */
export function countOf(sql: Sql, run: string, query: TrialQuery): number {
  const { where, values } = conditionOf(run, query);
  const counted =
    query.taskId === undefined ? 'sum(trials) AS trials FROM trial_counts' : 'count(*) AS trials FROM trials';
  return Number(sql.row(`SELECT ${counted} WHERE ${where}`, ...values)?.trials ?? 0);
}

const SORT_COLUMNS = { task: ['place'], seconds: ['seconds', 'place'], tokens: ['tokens', 'place'] } as const;

/** What a query sorts by, the first column first; no two trials of a run are alike in all of them. */
export function sortColumns({ sort = 'task' }: TrialQuery): readonly string[] {
  return [...SORT_COLUMNS[sort], 'repeat'];
}

/** The order of a query; backwards it is the very reverse. The few trials of one task are found by their task, then sorted. */
export function orderOf(query: TrialQuery): string {
  const direction = query.isDescending ? 'DESC' : 'ASC';
  const sign = query.taskId === undefined ? '' : '+';
  return sortColumns(query)
    .map((column) => `${sign}${column} ${direction}`)
    .join(', ');
}

/** Rows to give at most. */
export function limitOf({ limit = MOST_ROWS }: TrialQuery): number {
  return Math.max(0, Math.min(limit, MOST_ROWS));
}

/** The row to begin with. */
export function firstOf({ from = 0 }: TrialQuery): number {
  return Math.max(0, from);
}
