import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import type { Completion } from '../models/model.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { Ledger } from './ledger.ts';
import { completionSchema, verdictSchema } from './rows.ts';
import type { RunStore } from './run-store.ts';
import { SqliteRuns } from './sqlite-runs.ts';

/** What takes a database from one version to the next; never change one that was released, add another. */
const MIGRATIONS = [
  `CREATE TABLE completions (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE verdicts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY, plan_hash TEXT NOT NULL UNIQUE, started TEXT NOT NULL, state TEXT NOT NULL,
     process INTEGER NOT NULL, plan TEXT NOT NULL, summary TEXT);
   CREATE TABLE pipelines (hash TEXT PRIMARY KEY, spec TEXT NOT NULL);
   CREATE TABLE tasks (hash TEXT PRIMARY KEY, id TEXT NOT NULL, prompt TEXT NOT NULL);
   CREATE TABLE trials (
     run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, pipeline TEXT NOT NULL REFERENCES pipelines,
     task TEXT NOT NULL REFERENCES tasks, repeat INTEGER NOT NULL, outcome TEXT NOT NULL, trial TEXT NOT NULL,
     PRIMARY KEY (run, pipeline, task, repeat));
   CREATE INDEX trials_by_pipeline ON trials (pipeline);
   CREATE INDEX trials_by_task ON trials (task);`,
] as const;

/** Waiting for another process stops all else in this one. */
const WAIT_MS = 200;

export interface SqliteLedgerOptions {
  /** Nothing that was kept before is used; it is replaced by what comes now. */
  readonly isFresh?: boolean;
  /** Told once, in one line, why nothing more is kept: a full disk, a damaged file. */
  readonly onTrouble?: (line: string) => void;
}

/**
 * A Ledger in one SQLite file, which several processes may use at once; what was saved survives the end of the process at any moment.
 * A file that fails later than at its opening ends nothing: what cannot be read or kept is computed.
 */
export class SqliteLedger implements Ledger {
  readonly #runs: SqliteRuns;
  readonly #path: string;
  readonly #options: SqliteLedgerOptions;
  readonly #database: DatabaseSync;
  readonly #read: Readonly<Record<Table, StatementSync>>;
  readonly #write: Readonly<Record<Table, StatementSync>>;
  readonly #own = new Set<string>();
  #isTold = false;

  /** Opens or creates the file; throws a Refusal that says why it cannot. */
  constructor(path: string, options: SqliteLedgerOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#database = open(path);
    this.#read = forTables((table) => this.#database.prepare(`SELECT value FROM ${table} WHERE key = ?`));
    const verb = options.isFresh ? 'INSERT OR REPLACE' : 'INSERT OR IGNORE';
    this.#write = forTables((table) => this.#database.prepare(`${verb} INTO ${table} VALUES (?, ?)`));
    this.#runs = new SqliteRuns(this.#database, { path, onTrouble: (error) => this.#tell(error) });
  }

  completion(key: string): Completion | null {
    return this.#get('completions', key, completionSchema);
  }

  saveCompletion(key: string, completion: Completion): void {
    this.#save('completions', key, completion);
  }

  verdict(key: string): Verdict | null {
    return this.#get('verdicts', key, verdictSchema);
  }

  saveVerdict(key: string, verdict: Verdict): void {
    this.#save('verdicts', key, verdict);
  }

  get runs(): RunStore {
    return this.#runs;
  }

  close(): void {
    this.#runs.close();
    this.#database.close();
  }

  /** A row that is not what it should be is as good as none. */
  #get<Value>(table: Table, key: string, schema: z.ZodType<Value>): Value | null {
    if (this.#options.isFresh && !this.#own.has(`${table} ${key}`)) return null;
    try {
      const row = this.#read[table].get(key);
      const value = row === undefined ? null : schema.safeParse(JSON.parse(String(row.value)));
      return value?.success ? value.data : null;
    } catch (error) {
      if (!(error instanceof SyntaxError)) this.#tell(error);
      return null;
    }
  }

  #save(table: Table, key: string, value: Completion | Verdict): void {
    try {
      this.#write[table].run(key, JSON.stringify(value));
      if (this.#options.isFresh) this.#own.add(`${table} ${key}`);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const why = (error as Error).message;
    this.#options.onTrouble?.(
      `the ledger ${this.#path} fails (${why}): the run goes on, but what it finds may not be kept`,
    );
  }
}

type Table = 'completions' | 'verdicts';

function forTables<Value>(make: (table: Table) => Value): Readonly<Record<Table, Value>> {
  return { completions: make('completions'), verdicts: make('verdicts') };
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    makeFolder(dirname(path));
    database = new DatabaseSync(path, { timeout: WAIT_MS });
    // Written through to the disk at checkpoints alone: the end of the process loses nothing, that of the machine the last moments.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Refusal) throw cause;
    const why = (cause as Error).message;
    throw new Refusal(`cannot use ${path} as the ledger (${why}); choose a file that can be written with --ledger`, {
      cause,
    });
  }
}

/** A new folder of greenloop's keeps itself out of version control: a ledger is trusted, and belongs to who made it. */
function makeFolder(folder: string): void {
  makeFolders(folder);
  const ignore = join(folder, '.gitignore');
  if (folder.endsWith('.greenloop') && !existsSync(ignore)) writeFileSync(ignore, '*\n');
}

/** Node's own way to make folders recursively never ends below /proc, which says that a folder above is missing. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been as quick.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Brings the tables to the newest version, whole or not at all. */
function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (version > MIGRATIONS.length) {
      throw new Refusal(`${path} was written by a newer greenloop; update it, or choose another ledger with --ledger`);
    }
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}
