import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import type { Completion } from '../models/model.ts';
import { completionSchema } from '../models/model.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import { verdictSchema } from '../sandbox/verdict.ts';
import type { Ledger } from './ledger.ts';
import { openLedgerDatabase, textOf } from './ledger-database.ts';
import { SqliteRuns } from './sqlite-runs.ts';

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
    this.#database = openLedgerDatabase(path);
    this.#read = forTables((table) =>
      this.#database.prepare(`SELECT ${textOf('value')} AS value FROM ${table} WHERE key = ?`),
    );
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
      const value = typeof row?.value === 'string' ? schema.safeParse(JSON.parse(row.value)) : null;
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
      `the ledger ${this.#path} fails (${why}): the run continues, but its results may not be stored`,
    );
  }
}

type Table = 'completions' | 'verdicts';

function forTables<Value>(make: (table: Table) => Value): Readonly<Record<Table, Value>> {
  return { completions: make('completions'), verdicts: make('verdicts') };
}
