import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { HEARTBEAT_MS, type Holder } from '../base/holder.ts';
import { type Plan, placesIn } from '../runs/plan.ts';
import type { RunEnd, RunWriter } from '../runs/run-store.ts';
import type { Trial } from '../runs/trial.ts';
import { rowOf } from '../runs/trial-row.ts';
import type { Sql } from './sql.ts';

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

  constructor(options: SqliteRunWriterOptions) {
    const { id, holder, plan } = options;
    this.id = id;
    this.holder = holder;
    this.#options = options;
    this.#pipelines = new Map(plan.pipelines.map((spec) => [spec.name, pipelineKey(spec)]));
    this.#tasks = new Map(plan.tasks.map((task) => [task.id, task.hash]));
    this.#placeOf = placesIn(plan);
    this.#heartbeat = setInterval(() => this.#tolerant(() => this.#beat()), HEARTBEAT_MS).unref();
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
      this.#options.sql.run('INSERT OR REPLACE INTO trials VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values);
    });
  }

  async finish({ state, trials, summary }: RunEnd): Promise<void> {
    const { sql } = this.#options;
    this.#tolerant(() => {
      this.#refuseLost();
      const stored = Number(sql.row('SELECT count(*) AS stored FROM trials WHERE run = ?', this.id)?.stored);
      const end = stored < trials ? 'stopped' : state;
      sql.run('UPDATE runs SET state = ?, summary = ? WHERE id = ?', end, JSON.stringify(summary), this.id);
    });
    this.release();
  }

  /** From now on the run counts as stopped, unless it is finished. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearInterval(this.#heartbeat);
    const { sql, onRelease } = this.#options;
    this.#tolerant(() =>
      sql.run("UPDATE runs SET holder = NULL WHERE id = ? AND holder ->> 'id' = ?", this.id, this.holder.id),
    );
    onRelease();
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

/** Rivals may differ in their names alone, so the name is in the hash. */
export function pipelineKey(spec: Plan['pipelines'][number]): string {
  return hashOf(spec);
}
