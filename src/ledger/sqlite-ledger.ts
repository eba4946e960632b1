import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Refusal } from '../base/errors.ts';
import type { Completion } from '../models/model.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { Ledger } from './ledger.ts';

/** What takes a database from one version to the next; never change one that was released, add another. */
const MIGRATIONS = [
  `CREATE TABLE completions (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE verdicts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
] as const;

const WAIT_MS = 10_000;

/** A Ledger in one SQLite file, which several processes may use at once; what was saved survives the end of the process at any moment. */
export class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync;
  readonly #read: Readonly<Record<Table, StatementSync>>;
  readonly #write: Readonly<Record<Table, StatementSync>>;

  /** Opens or creates the file; throws a Refusal that says why it cannot. */
  constructor(path: string) {
    this.#database = open(path);
    this.#read = forTables((table) => this.#database.prepare(`SELECT value FROM ${table} WHERE key = ?`));
    this.#write = forTables((table) => this.#database.prepare(`INSERT OR IGNORE INTO ${table} VALUES (?, ?)`));
  }

  completion(key: string): Completion | null {
    return this.#get('completions', key) as Completion | null;
  }

  saveCompletion(key: string, completion: Completion): void {
    this.#write.completions.run(key, JSON.stringify(completion));
  }

  verdict(key: string): Verdict | null {
    return this.#get('verdicts', key) as Verdict | null;
  }

  saveVerdict(key: string, verdict: Verdict): void {
    this.#write.verdicts.run(key, JSON.stringify(verdict));
  }

  close(): void {
    this.#database.close();
  }

  #get(table: Table, key: string): unknown {
    const row = this.#read[table].get(key);
    return row === undefined ? null : JSON.parse(String(row.value));
  }
}

type Table = 'completions' | 'verdicts';

function forTables<Value>(make: (table: Table) => Value): Readonly<Record<Table, Value>> {
  return { completions: make('completions'), verdicts: make('verdicts') };
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { timeout: WAIT_MS });
    // Written through to the disk at checkpoints alone: the end of the process loses nothing, that of the machine the last moments.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`cannot use ${path} as the ledger (${(cause as Error).message}); choose another with --ledger`, {
      cause,
    });
  }
}

/** Brings the tables to the newest version, whole or not at all. */
function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
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
