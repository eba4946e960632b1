import type { SQLInputValue } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { HEARTBEAT_MS, type Holder } from '../base/holder.ts';
import { type Plan, placesIn } from '../runs/plan.ts';
import type { RunEnd, RunWriter } from '../runs/run-store.ts';
import type { Trial } from '../runs/trial.ts';
import { rowOf } from '../runs/trial-row.ts';
import type { Sql } from './sql.ts';

/** Another process may hold the file for a moment; each try waits for it, too. */
const FINISH_TRIES = 5;
const FINISH_PAUSE_MS = 100;
/** SQLITE_BUSY and SQLITE_LOCKED. */
const LOCKED = new Set<unknown>([5, 6]);

export interface SqliteRunWriterOptions {
  readonly sql: Sql;
  readonly id: string;
  readonly plan: Plan;
  /** This process, as the run's row names it. */
  readonly holder: Holder;
  /** Told of every error that ends no run. */
  readonly onTrouble: (error: unknown) => void;
  /** Called once, when the run is held no more. */
  readonly onRelease: () => void;
}

/** Writes the run of a plan that this process holds, and says now and then that it still does. */
export class SqliteRunWriter implements RunWriter {
  readonly id: string;
  /** Who holds the run through it. */
  readonly holder: Holder;
  readonly #options: SqliteRunWriterOptions;
  readonly #pipelines: ReadonlyMap<string, string>;
  readonly #tasks: ReadonlyMap<string, string>;
  readonly #placeOf: ReturnType<typeof placesIn>;
  readonly #heartbeat: NodeJS.Timeout;
  #isReleased = false;
  /** Stores how the run ended, where that is still to be done. */
  #unstored: (() => void) | null = null;

  constructor(options: SqliteRunWriterOptions) {
    const { id, holder, plan } = options;
    this.id = id;
    this.holder = holder;
    this.#options = options;
    this.#pipelines = new Map(plan.pipelines.map((spec) => [spec.name, pipelineKey(spec)]));
    this.#tasks = new Map(plan.tasks.map((task) => [task.id, task.hash]));
    this.#placeOf = placesIn(plan);
    this.#heartbeat = setInterval(() => this.#pulse(), HEARTBEAT_MS).unref();
  }

  async append(trial: Trial): Promise<void> {
    const { pipeline, taskId, repeat, outcome, error, seconds, tokens } = rowOf(trial);
    const place = this.#placeOf(pipeline, taskId, repeat);
    const [pipelineHash, taskHash] = [this.#pipelines.get(pipeline), this.#tasks.get(taskId)];
    if (place === null || pipelineHash === undefined || taskHash === undefined)
      throw new TypeError(`${taskId} is no trial of this run`);
    const text = JSON.stringify(trial);
    const values = [this.id, pipelineHash, taskHash, repeat, place, outcome, error, seconds, tokens, text] as const;
    this.#tolerant(() => {
      this.#refuseLost();
      this.#uncount(pipelineHash, taskHash, repeat);
      this.#options.sql.run('INSERT OR REPLACE INTO trials VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values);
      this.#count(pipelineHash, outcome, error, 1);
    });
  }

  /** The trial that is replaced counts no more. */
  #uncount(pipeline: string, task: string, repeat: number): void {
    const before = this.#options.sql.row(
      'SELECT outcome, error FROM trials WHERE run = ? AND pipeline = ? AND task = ? AND repeat = ?',
      ...[this.id, pipeline, task, repeat],
    );
    if (before !== null) this.#count(pipeline, before.outcome ?? null, before.error ?? null, -1);
  }

  #count(pipeline: string, outcome: SQLInputValue, error: SQLInputValue, change: 1 | -1): void {
    this.#options.sql.run(
      `INSERT INTO trial_counts VALUES (?, ?, ?, coalesce(?, ''), ?)
       ON CONFLICT DO UPDATE SET trials = trials + excluded.trials`,
      ...[this.id, pipeline, outcome, error, change],
    );
  }

  /** Where another process holds the file for long, the end is stored as soon as it can be, while this process lives. */
  async finish(end: RunEnd): Promise<void> {
    this.#unstored = () => this.#storeEnd(end);
    for (let tries = 1; ; tries += 1) {
      const error = this.#tryEnd();
      if (error === null) return;
      if (error instanceof Refusal) throw error;
      if (tries === FINISH_TRIES || !isLocked(error)) return this.#options.onTrouble(error);
      await wait(FINISH_PAUSE_MS);
    }
  }

  /** From now on the run counts as stopped, unless it is finished. */
  release(): void {
    if (this.#isReleased) return;
    this.#unstored ??= () => this.#storeRelease();
    const error = this.#tryEnd();
    if (error !== null && !(error instanceof Refusal)) this.#options.onTrouble(error);
    this.#end();
  }

  /** Stores how the run ended; what it gives is null, or the error for which it could not. */
  #tryEnd(): unknown {
    try {
      if (this.#unstored !== null) this.#options.sql.whole(this.#unstored);
    } catch (error) {
      // Another process has it.
      if (error instanceof Refusal) this.#end();
      return error;
    }
    this.#end();
    return null;
  }

  #end(): void {
    if (this.#isReleased) return;
    this.#unstored = null;
    this.#isReleased = true;
    clearInterval(this.#heartbeat);
    this.#options.onRelease();
  }

  #storeEnd({ state, trials, summary }: RunEnd): void {
    const { sql } = this.#options;
    this.#refuseLost();
    const stored = Number(
      sql.row('SELECT sum(trials) AS stored FROM trial_counts WHERE run = ?', this.id)?.stored ?? 0,
    );
    const end = stored < trials ? 'stopped' : state;
    sql.run(
      'UPDATE runs SET state = ?, summary = ?, holder = NULL WHERE id = ?',
      ...[end, JSON.stringify(summary), this.id],
    );
  }

  #storeRelease(): void {
    const { sql } = this.#options;
    sql.run("UPDATE runs SET holder = NULL WHERE id = ? AND holder ->> 'id' = ?", this.id, this.holder.id);
  }

  /** Says that the run is still at work, or stores how it ended where that could not be done before. */
  #pulse(): void {
    if (this.#unstored === null) this.#tolerant(() => this.#beat());
    else this.#tryEnd();
  }

  #beat(): void {
    const { sql } = this.#options;
    sql.run("UPDATE runs SET heard = ? WHERE id = ? AND holder ->> 'id' = ?", Date.now(), this.id, this.holder.id);
  }

  /** Another process takes a run that was not heard of for long: one of them must stop. */
  #refuseLost(): void {
    const { sql } = this.#options;
    const row = sql.row("SELECT holder ->> 'id' AS holder FROM runs WHERE id = ?", this.id);
    if (row === null || row.holder === this.holder.id) return;
    throw new Refusal(`another process has taken over run ${this.id}, so this one stops; what it stored is kept`);
  }

  #tolerant(work: () => void): void {
    try {
      this.#options.sql.whole(work);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.#options.onTrouble(error);
    }
  }
}

/** Whether another process holds the file. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && LOCKED.has(error.errcode);
}

/** Rivals may differ in their names alone, so the name is in the hash. */
export function pipelineKey(spec: Plan['pipelines'][number]): string {
  return hashOf(spec);
}
