import type { DatabaseSync } from 'node:sqlite';
import type { TrialPlace, TrialQuery } from '../runs/run-store.ts';
import type { RunViews, TaskCell, TrialCount, TrialMatches, TrialSearch } from '../runs/run-views.ts';
import { type TrialOutcome, trialOutcomeSchema } from '../runs/trial.ts';
import { textOf } from './ledger-database.ts';
import { says } from './says.ts';
import type { Sql } from './sql.ts';
import { conditionOf, countOf, firstOf, limitOf, orderOf, readRow, sortColumns, trialRows } from './trial-rows.ts';

const COUNTS = `SELECT pipelines.spec ->> 'name' AS pipeline, outcome, error, trials
  FROM trial_counts AS own JOIN pipelines ON pipelines.hash = own.pipeline WHERE run = ? AND trials > 0`;

const CELLS = `SELECT tasks.id AS taskId, trials, passed, faults
  FROM (SELECT task, count(*) AS trials, sum(outcome = 'passed') AS passed, sum(outcome = 'fault') AS faults FROM trials
    WHERE run = ? AND pipeline IN (SELECT hash FROM pipelines WHERE spec ->> 'name' = ?) GROUP BY task) AS own
  JOIN tasks ON tasks.hash = own.task`;

export interface SqliteRunViewsOptions {
  readonly database: DatabaseSync;
  readonly sql: Sql;
  /** Does work that reads, and translates its errors. */
  readonly reading: <Value>(work: () => Value) => Value;
}

/** RunViews of the tables of an open ledger. */
export class SqliteRunViews implements RunViews {
  readonly #database: DatabaseSync;
  readonly #sql: Sql;
  readonly #reading: SqliteRunViewsOptions['reading'];

  constructor({ database, sql, reading }: SqliteRunViewsOptions) {
    database.function('says', { deterministic: true, directOnly: true }, (trial, text) =>
      Number(says(String(trial), String(text))),
    );
    this.#database = database;
    this.#sql = sql;
    this.#reading = reading;
  }

  async counts(run: string): Promise<TrialCount[]> {
    const rows = this.#reading(() => this.#sql.rows(COUNTS, run));
    return rows.flatMap(({ pipeline, outcome, error, trials }) => {
      if (!isOutcome(outcome)) return [];
      return [
        { pipeline: String(pipeline), outcome, error: error === '' ? null : String(error), trials: Number(trials) },
      ];
    });
  }

  async cells(run: string, pipeline: string): Promise<TaskCell[]> {
    const rows = this.#reading(() => this.#sql.rows(CELLS, run, pipeline));
    return rows.map(({ taskId, trials, passed, faults }) => ({
      ...{ taskId: String(taskId), trials: Number(trials), passed: Number(passed), faults: Number(faults) },
    }));
  }

  async search(run: string, query: TrialSearch): Promise<TrialMatches> {
    return this.#reading(() => {
      const total = countOf(this.#sql, run, query);
      const { numbers, looked } = this.#look(run, query);
      const chosen = trialRows('SELECT value AS number, key AS place FROM json_each(?)');
      const rows = this.#sql.rows(`${chosen} ORDER BY own.place`, JSON.stringify(numbers));
      const next = firstOf(query) + looked;
      return { rows: rows.flatMap(readRow), total, next: next < total ? next : null };
    });
  }

  async position(run: string, query: TrialQuery, { pipeline, taskId, repeat }: TrialPlace): Promise<number | null> {
    return this.#reading(() => {
      const columns = sortColumns(query).join(', ');
      const own = conditionOf(run, { pipeline, taskId });
      const { where, values } = conditionOf(run, query);
      const found = this.#sql.row(
        `SELECT ${columns} FROM trials WHERE ${own.where} AND repeat = ? AND number IN (SELECT number FROM trials WHERE ${own.where} AND ${where})`,
        ...[...own.values, repeat, ...own.values, ...values],
      );
      if (found === null) return null;
      const before = `(${columns}) ${query.isDescending ? '>' : '<'} (${sortColumns(query).map(() => '?')})`;
      const sorted = sortColumns(query).map((column) => found[column] ?? null);
      const row = this.#sql.row(
        `SELECT count(*) AS position FROM trials WHERE ${where} AND ${before}`,
        ...[...values, ...sorted],
      );
      return Number(row?.position);
    });
  }

  /** The numbers of trials that say a text, and how many were looked at. */
  #look(run: string, query: TrialSearch): { numbers: number[]; looked: number } {
    const { text, mostMs = Number.POSITIVE_INFINITY } = query;
    const { where, values } = conditionOf(run, query);
    const end = performance.now() + mostMs;
    const sql = `SELECT number, CASE WHEN trial LIKE ? ESCAPE '\\' THEN says(${textOf('trial')}, ?) END AS isMatch
      FROM (SELECT number FROM trials WHERE ${where} ORDER BY ${orderOf(query)} LIMIT -1 OFFSET ?) AS own CROSS JOIN trials USING (number)`;
    const numbers: number[] = [];
    let looked = 0;
    if (limitOf(query) === 0) return { numbers, looked };
    for (const row of this.#database.prepare(sql).iterate(likeText(text), text, ...values, firstOf(query))) {
      looked += 1;
      if (row.isMatch === 1) numbers.push(Number(row.number));
      if (numbers.length === limitOf(query) || performance.now() > end) break;
    }
    return { numbers, looked };
  }
}

function isOutcome(value: unknown): value is TrialOutcome {
  return trialOutcomeSchema.safeParse(value).success;
}

/** What the JSON of a trial that says a text is like; most others are told apart by this, which is far quicker. */
function likeText(text: string): string {
  return `%${plainPart(text).replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** The longest part of a text that is the same in JSON and whose case SQLite can tell: it knows the letters of ASCII alone. */
function plainPart(text: string): string {
  const parts = JSON.stringify(text)
    .slice(1, -1)
    .split(/[^ -~]+/);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
