import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { type Holder, holderSchema, holderText, holdingProcess, isHeld } from '../base/holder.ts';
import { type Plan, parsePlan, planHash } from '../runs/plan.ts';
import type {
  Compaction,
  RunBeginning,
  RunListing,
  RunState,
  RunStore,
  RunUnderway,
  StoredTrial,
  SubscribeOptions,
  TrialPage,
  TrialPlace,
  TrialQuery,
  TrialRow,
} from '../runs/run-store.ts';
import { parseTrial, type Trial } from '../runs/trial.ts';
import type { TaskPrompt } from '../tasks/task.ts';
import { textOf } from './ledger-database.ts';
import { Sql } from './sql.ts';
import { SqliteRunViews, type SqliteRunViewsOptions } from './sqlite-run-views.ts';
import { pipelineKey, SqliteRunWriter } from './sqlite-run-writer.ts';
import { conditionOf, countOf, firstOf, limitOf, MOST_ROWS, orderOf, readRow, trialRows } from './trial-rows.ts';

const FEWEST_LETTERS = 4;
const MOST_RUNS = 100_000;
const POLL_MS = 200;

const LIST_RUNS = `SELECT id, ${textOf('started')} AS started, state, ${textOf('holder')} AS holder, heard,
    ${textOf('plan')} AS plan, ${textOf('summary')} AS summary
  FROM runs WHERE octet_length(id) <= 100 ORDER BY started DESC, id DESC LIMIT ${MOST_RUNS}`;

const COUNT_OUTCOMES = 'SELECT run, outcome, sum(trials) AS trials FROM trial_counts';

/** What a row of runs holds where greenloop wrote it; others are passed over. */
const runRow = z.object({
  // Part of the names of files.
  id: z.string().regex(/^\d{8}-\d{4}-[\w-]{4,64}$/),
  started: z.iso.datetime(),
  state: z.string(),
  holder: z.string().nullable(),
  heard: z.number(),
  plan: z.string(),
  summary: z.string().nullable(),
});
type RunRow = z.infer<typeof runRow>;

export interface SqliteRunsOptions {
  readonly path: string;
  /** Told of every error that ends no run. */
  readonly onTrouble: (error: unknown) => void;
}

/** A RunStore in the tables of an open ledger. */
export class SqliteRuns implements RunStore {
  readonly views: SqliteRunViews;
  readonly #sql: Sql;
  readonly #options: SqliteRunsOptions;
  readonly #database: DatabaseSync;
  readonly #writers = new Map<string, SqliteRunWriter>();

  constructor(database: DatabaseSync, options: SqliteRunsOptions) {
    this.#sql = new Sql(database);
    const reading: SqliteRunViewsOptions['reading'] = (work) => this.#translating('read', work);
    this.views = new SqliteRunViews({ database, sql: this.#sql, reading });
    this.#options = options;
    this.#database = database;
  }

  /** Runs that have not ended count as stopped from now on. */
  close(): void {
    for (const writer of [...this.#writers.values()]) writer.release();
  }

  async begin(beginning: RunBeginning): Promise<SqliteRunWriter | null> {
    const holder = holdingProcess(this.#options.path);
    const { onTrouble } = this.#options;
    try {
      const id = this.#sql.whole(() => this.#begun(beginning, holder));
      this.#writers.get(id)?.release();
      const onRelease = () => this.#writers.delete(id);
      const writer = new SqliteRunWriter({ sql: this.#sql, id, plan: beginning.plan, holder, onTrouble, onRelease });
      this.#writers.set(id, writer);
      return writer;
    } catch (error) {
      onTrouble(error);
      return null;
    }
  }

  async underway(plan: Plan): Promise<RunUnderway | null> {
    return this.#translating('read', () => {
      const known = this.#runRows('WHERE plan_hash = ?', planHash(plan))[0];
      const holder = known === undefined ? null : this.#otherHolderOf(known);
      return known === undefined || holder === null ? null : { run: known.id, holder: holderText(holder) };
    });
  }

  async list(): Promise<RunListing[]> {
    return this.#translating('read', () => {
      const counts = Map.groupBy(this.#sql.rows(`${COUNT_OUTCOMES} GROUP BY run, outcome`), ({ run }) => run);
      return this.#runRows().map((row) => this.#listingOf(row, counts.get(row.id) ?? []));
    });
  }

  async find(run: string): Promise<RunListing | null> {
    return this.#translating('read', () => {
      const [row] = this.#runRows('WHERE id = ?', run);
      if (row === undefined) return null;
      return this.#listingOf(row, this.#sql.rows(`${COUNT_OUTCOMES} WHERE run = ? GROUP BY outcome`, run));
    });
  }

  async *trials(run: string): AsyncGenerator<Trial> {
    try {
      const order = `SELECT ${textOf('trial')} AS trial FROM trials WHERE run = ? ORDER BY place, repeat`;
      // Prepared anew: this one stays open while others run.
      for (const { trial } of this.#database.prepare(order).iterate(run)) {
        yield parseTrial(String(trial)) ?? raise(unreadable(run));
      }
    } catch (cause) {
      throw cause instanceof Refusal ? cause : this.#refusal('read', cause);
    }
  }

  async page(run: string, query: TrialQuery = {}): Promise<TrialPage> {
    const { where, values } = conditionOf(run, query);
    const chosen = `SELECT number FROM trials WHERE ${where} ORDER BY ${orderOf(query)} LIMIT ? OFFSET ?`;
    return this.#translating('read', () => {
      const sql = `${trialRows(chosen)} ORDER BY ${orderOf(query)}`;
      const rows = this.#sql.rows(sql, ...values, limitOf(query), firstOf(query));
      return { rows: rows.flatMap(readRow), total: countOf(this.#sql, run, query) };
    });
  }

  async trial(run: string, { pipeline, taskId, repeat }: TrialPlace): Promise<StoredTrial | null> {
    return this.#translating('read', () => {
      const { where, values } = conditionOf(run, { pipeline, taskId });
      const row = this.#sql.row(
        `SELECT ${textOf('trial')} AS trial, ${textOf('prompt')} AS prompt
         FROM (SELECT task, trial FROM trials WHERE ${where} AND repeat = ?) AS own JOIN tasks ON tasks.hash = own.task`,
        ...[...values, repeat],
      );
      if (row === null) return null;
      const trial = parseTrial(String(row.trial)) ?? raise(unreadable(run));
      return { trial, prompt: parsedJson(row.prompt) as TaskPrompt | null };
    });
  }

  async *subscribe(
    run: string,
    signal?: AbortSignal,
    { onlyNew = false }: SubscribeOptions = {},
  ): AsyncGenerator<TrialRow> {
    const chosen = `SELECT number FROM trials WHERE run = ? AND number > ? ORDER BY number LIMIT ${MOST_ROWS}`;
    const sql = `${trialRows(chosen)} ORDER BY number`;
    for (let last = onlyNew ? this.#lastNumber() : 0; !signal?.aborted; ) {
      // Looked at before the rows: what is stored last is then among them.
      const isUnderWay = this.#translating('read', () => this.#isUnderWay(run));
      const rows = this.#translating('read', () => this.#sql.rows(sql, run, last));
      for (const row of rows) yield* readRow(row);
      last = Number(rows.at(-1)?.number ?? last);
      if (rows.length > 0) continue;
      if (!isUnderWay) return;
      await setTimeout(POLL_MS, undefined, { signal, ref: true }).catch(() => {});
    }
  }

  async remove(runs: readonly string[]): Promise<void> {
    this.#change(() => {
      this.#refuseRunning(runs);
      for (const run of runs) this.#sql.run('DELETE FROM runs WHERE id = ?', run);
    });
  }

  async compact(): Promise<Compaction> {
    const before = this.#change(() => {
      // It would find the file locked for longer than it waits.
      this.#refuseRunning();
      const bytes = this.#bytes();
      this.#sql.run('DELETE FROM pipelines WHERE hash NOT IN (SELECT pipeline FROM trials)');
      this.#sql.run('DELETE FROM tasks WHERE hash NOT IN (SELECT task FROM trials)');
      return bytes;
    });
    return this.#translating('compact', () => {
      this.#sql.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
      return { before, after: this.#bytes() };
    });
  }

  /** Of all trials that were ever stored. */
  #lastNumber(): number {
    const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'trials'";
    return this.#translating('read', () => Number(this.#sql.row(sql)?.seq ?? 0));
  }

  #listingOf(row: RunRow, counts: readonly Record<string, unknown>[]): RunListing {
    const { id, started, plan, summary } = row;
    const outcomes = Object.fromEntries(
      counts.flatMap(({ outcome, trials }) => (Number(trials) > 0 ? [[String(outcome), Number(trials)] as const] : [])),
    );
    return { id, started, state: this.#stateOf(row), plan: parsePlan(plan), summary: parsedJson(summary), outcomes };
  }

  #begun({ plan, prompts, keepTrials }: RunBeginning, holder: Holder): string {
    const hash = planHash(plan);
    const [started, heard] = [new Date().toISOString(), Date.now()];
    const known = this.#runRows('WHERE plan_hash = ?', hash)[0];
    if (known !== undefined) this.#refuseHeld(known);
    const id = known?.id ?? this.#newId(started, hash);
    if (known === undefined) {
      const values = [id, hash, started, JSON.stringify(holder), heard, JSON.stringify(plan)];
      this.#sql.run("INSERT INTO runs VALUES (?, ?, ?, 'running', ?, ?, ?, NULL)", ...values);
    } else {
      const values = [started, JSON.stringify(holder), heard, id];
      this.#sql.run("UPDATE runs SET started = ?, state = 'running', holder = ?, heard = ? WHERE id = ?", ...values);
    }
    if (!keepTrials) this.#drop(id);
    for (const spec of plan.pipelines)
      this.#sql.run('INSERT OR IGNORE INTO pipelines VALUES (?, ?)', pipelineKey(spec), JSON.stringify(spec));
    const texts = new Map(prompts.map((prompt) => [prompt.id, JSON.stringify(prompt)]));
    for (const task of plan.tasks)
      this.#sql.run('INSERT OR IGNORE INTO tasks VALUES (?, ?, ?)', task.hash, task.id, texts.get(task.id) ?? 'null');
    return id;
  }

  #drop(id: string): void {
    this.#sql.run('DELETE FROM trials WHERE run = ?', id);
    this.#sql.run('DELETE FROM trial_counts WHERE run = ?', id);
    this.#sql.run('UPDATE runs SET summary = NULL WHERE id = ?', id);
  }

  #runRows(where = '', ...values: SQLInputValue[]): RunRow[] {
    const sql = where === '' ? LIST_RUNS : LIST_RUNS.replace('WHERE', `${where} AND`);
    return this.#sql.rows(sql, ...values).flatMap((row) => {
      const read = runRow.safeParse(row);
      return read.success ? [read.data] : [];
    });
  }

  /** Who is at work on a run; null where nobody is. */
  #holderOf({ holder, heard, state }: RunRow): Holder | null {
    if (state !== 'running') return null;
    const read = holderSchema.safeParse(parsedJson(holder));
    return read.success && isHeld(read.data, heard, this.#options.path) ? read.data : null;
  }

  /** Who was killed could not say that it stopped. */
  #stateOf(row: RunRow): RunState {
    if (row.state === 'complete') return 'complete';
    return this.#holderOf(row) === null ? 'stopped' : 'running';
  }

  #isUnderWay(run: string): boolean {
    return this.#runRows('WHERE id = ?', run).some((row) => this.#holderOf(row) !== null);
  }

  /** This store itself may begin a run anew that it holds. */
  #otherHolderOf(run: RunRow): Holder | null {
    const holder = this.#holderOf(run);
    return holder === null || holder.id === this.#writers.get(run.id)?.holder.id ? null : holder;
  }

  #refuseHeld(run: RunRow): void {
    const holder = this.#otherHolderOf(run);
    if (holder === null) return;
    throw new Error(`${holderText(holder)} is running the same experiment as run ${run.id}`);
  }

  #refuseRunning(runs: readonly string[] | null = null): void {
    for (const run of this.#runRows()) {
      const holder = runs === null || runs.includes(run.id) ? this.#holderOf(run) : null;
      if (holder === null) continue;
      throw new Refusal(`the run ${run.id} is running (${holderText(holder)}); wait until it ends, or stop it`);
    }
  }

  /** `20261125-2233-3f9a`: when it was begun, and as many letters of its plan's hash as no other run of that minute has. */
  #newId(started: string, hash: string): string {
    const minute = started.slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
    let letters = FEWEST_LETTERS;
    const id = () => `${minute}-${hash.slice(0, letters)}`;
    while (this.#sql.row('SELECT 1 FROM runs WHERE id = ?', id()) !== null) letters += 1;
    return id();
  }

  #bytes(): number {
    return Number(
      this.#sql.row('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')?.bytes,
    );
  }

  #change<Value>(work: () => Value): Value {
    return this.#translating('change', () => this.#sql.whole(work));
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
      `cannot ${verb} the ledger ${path} (${(cause as Error).message}); wait for the run that uses it, or name another ledger`,
      { cause },
    );
  }
}

function parsedJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function unreadable(id: string): Refusal {
  return new Refusal(
    `the run ${id} was stored by another version of greenloop; read it with that version, or measure again`,
  );
}

function raise(error: Error): never {
  throw error;
}
