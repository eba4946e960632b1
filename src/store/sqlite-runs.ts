import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import type { Compaction, HashedText, RunEnd, RunState, RunStore, StoredRun, TrialToStore } from '../runs/run-store.ts';
import { textOf } from './ledger-database.ts';
import { RunLocks } from './run-locks.ts';

const FEWEST_LETTERS = 4;
const MOST_RUNS = 100_000;
const LIST_RUNS = `SELECT id, ${textOf('started')} AS started, state, ${textOf('plan')} AS plan, ${textOf('summary')} AS summary
  FROM runs WHERE octet_length(id) <= 100 ORDER BY started DESC, id DESC LIMIT ${MOST_RUNS}`;

/** Ids are part of the names of files. */
const runId = z.string().regex(/^\d{8}-\d{4}-[\w-]{4,64}$/);

/** What a row of runs holds where greenloop wrote it; others are passed over. */
const runRow = z.object({
  id: runId,
  started: z.iso.datetime(),
  plan: z.string(),
  summary: z.string().nullable(),
});

export interface SqliteRunsOptions {
  readonly path: string;
  /** Told of every error that ends no run. */
  readonly onTrouble: (error: unknown) => void;
}

/** A RunStore in the tables of an open ledger. */
export class SqliteRuns implements RunStore {
  readonly #database: DatabaseSync;
  readonly #options: SqliteRunsOptions;
  readonly #locks: RunLocks;

  constructor(database: DatabaseSync, options: SqliteRunsOptions) {
    this.#database = database;
    this.#options = options;
    this.#locks = new RunLocks(options.path);
  }

  /** Runs that have not ended count as stopped from now on. */
  close(): void {
    this.#locks.releaseAll();
  }

  begin(plan: HashedText, { keepTrials }: { readonly keepTrials: boolean }): string | null {
    return this.#tolerant(() => {
      const id = this.#begun(plan, new Date().toISOString());
      if (!keepTrials) {
        this.#run('DELETE FROM trials WHERE run = ?', id);
        this.#run('UPDATE runs SET summary = NULL WHERE id = ?', id);
      }
      return id;
    });
  }

  saveTrial(run: string, { pipeline, task, repeat, outcome, trial }: TrialToStore): void {
    this.#tolerant(() => {
      this.#run('INSERT OR IGNORE INTO pipelines VALUES (?, ?)', pipeline.hash, pipeline.text);
      this.#run('INSERT OR IGNORE INTO tasks VALUES (?, ?, ?)', task.hash, task.id, task.text);
      const place = [run, pipeline.hash, task.hash, repeat];
      this.#run('INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?, ?)', ...place, outcome, trial);
    });
  }

  finish(run: string, { state, trials, summary }: RunEnd): void {
    this.#tolerant(() => {
      const kept = Number(this.#rows('SELECT count(*) AS kept FROM trials WHERE run = ?', run)[0]?.kept);
      this.#run('UPDATE runs SET state = ?, summary = ? WHERE id = ?', kept < trials ? 'stopped' : state, summary, run);
    });
    this.#locks.release(run);
  }

  list(): StoredRun[] {
    return this.#translating('read', () => {
      const counts = this.#rows('SELECT run, outcome, count(*) AS trials FROM trials GROUP BY run, outcome');
      return this.#rows(LIST_RUNS).flatMap((row) => {
        const read = runRow.safeParse(row);
        if (!read.success) return [];
        const ofRun = counts.filter(({ run }) => run === row.id);
        const outcomes = ofRun.map(({ outcome, trials }) => [String(outcome), Number(trials)] as const);
        return [{ ...read.data, state: this.#stateOf(row), outcomes: Object.fromEntries(outcomes) }];
      });
    });
  }

  *trials(run: string): Generator<string> {
    try {
      const rows = this.#database
        .prepare(`SELECT ${textOf('trial')} AS trial FROM trials WHERE run = ? ORDER BY repeat`)
        .iterate(run);
      for (const { trial } of rows) yield String(trial);
    } catch (cause) {
      throw this.#refusal('read', cause);
    }
  }

  remove(runs: readonly string[]): void {
    this.#change(() => {
      this.#refuseRunning(runs);
      for (const run of runs) this.#run('DELETE FROM runs WHERE id = ?', run);
    });
  }

  compact(): Compaction {
    const before = this.#change(() => {
      // It would find the file locked for longer than it waits.
      this.#refuseRunning();
      const bytes = this.#bytes();
      this.#run('DELETE FROM pipelines WHERE hash NOT IN (SELECT pipeline FROM trials)');
      this.#run('DELETE FROM tasks WHERE hash NOT IN (SELECT task FROM trials)');
      return bytes;
    });
    return this.#translating('compact', () => {
      this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
      return { before, after: this.#bytes() };
    });
  }

  #begun(plan: HashedText, started: string): string {
    const row = this.#rows('SELECT id, state, process FROM runs WHERE plan_hash = ?', plan.hash)[0];
    if (row === undefined) {
      const id = this.#newId(started, plan.hash);
      this.#locks.take(id);
      this.#run(
        "INSERT INTO runs VALUES (?, ?, ?, 'running', ?, ?, NULL)",
        id,
        plan.hash,
        started,
        process.pid,
        plan.text,
      );
      return id;
    }
    const id = runId.parse(row.id);
    if (!this.#locks.take(id)) throw new Error(`process ${row.process} is running the same experiment as run ${id}`);
    this.#run("UPDATE runs SET started = ?, state = 'running', process = ? WHERE id = ?", started, process.pid, id);
    return id;
  }

  #refuseRunning(runs: readonly string[] | null = null): void {
    const rows = this.#rows('SELECT id, state, process FROM runs').filter((row) => this.#stateOf(row) === 'running');
    const found = rows.find(({ id }) => runs?.includes(String(id)) ?? true);
    if (found === undefined) return;
    throw new Refusal(`the run ${found.id} is running (process ${found.process}); wait for its end, or stop it`);
  }

  /** Who was killed could not say that it stopped. */
  #stateOf({ id, state }: Readonly<Record<string, unknown>>): RunState {
    if (state === 'complete') return 'complete';
    return state === 'running' && runId.safeParse(id).success && this.#locks.isTaken(String(id))
      ? 'running'
      : 'stopped';
  }

  /** `20261125-2233-3f9a`: when it was begun, and as many letters of its plan's hash as no other run of that minute has. */
  #newId(started: string, planHash: string): string {
    const minute = started.slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
    let letters = FEWEST_LETTERS;
    const id = () => `${minute}-${planHash.slice(0, letters)}`;
    while (this.#rows('SELECT 1 FROM runs WHERE id = ?', id()).length > 0) letters += 1;
    return id();
  }

  #bytes(): number {
    const [row] = this.#rows('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size');
    return Number(row?.bytes);
  }

  #rows(sql: string, ...values: SQLInputValue[]) {
    return this.#database.prepare(sql).all(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #tolerant<Value>(work: () => Value): Value | null {
    try {
      return this.#whole(work);
    } catch (error) {
      this.#options.onTrouble(error);
      return null;
    }
  }

  #change<Value>(work: () => Value): Value {
    return this.#translating('change', () => this.#whole(work));
  }

  #translating<Value>(verb: string, work: () => Value): Value {
    try {
      return work();
    } catch (cause) {
      throw cause instanceof Refusal ? cause : this.#refusal(verb, cause);
    }
  }

  #refusal(verb: string, cause: unknown): Refusal {
    const { path } = this.#options;
    return new Refusal(
      `cannot ${verb} the ledger ${path} (${(cause as Error).message}); wait for the run that uses it, or name another one with --ledger`,
      { cause },
    );
  }

  /** Does it all or nothing of it. */
  #whole<Value>(work: () => Value): Value {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.#database.exec('COMMIT');
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
