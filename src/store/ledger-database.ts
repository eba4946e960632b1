import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../base/errors.ts';
import { quote } from '../base/printable.ts';
import { parsePlan, placesIn } from '../runs/plan.ts';
import type { TrialRow } from '../runs/run-store.ts';
import { parseTrial, type Trial } from '../runs/trial.ts';
import { rowOf } from '../runs/trial-row.ts';

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
  `CREATE TABLE new_runs (
     id TEXT PRIMARY KEY, plan_hash TEXT NOT NULL UNIQUE, started TEXT NOT NULL, state TEXT NOT NULL,
     holder TEXT, heard INTEGER NOT NULL, plan TEXT NOT NULL, summary TEXT);
   INSERT INTO new_runs SELECT id, plan_hash, started, state, NULL, 0, plan, summary FROM runs;
   CREATE TABLE new_trials (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     run TEXT NOT NULL REFERENCES new_runs ON DELETE CASCADE, pipeline TEXT NOT NULL REFERENCES pipelines,
     task TEXT NOT NULL REFERENCES tasks, repeat INTEGER NOT NULL, place INTEGER NOT NULL, outcome TEXT NOT NULL,
     error TEXT, seconds REAL NOT NULL, tokens INTEGER NOT NULL, trial TEXT NOT NULL,
     UNIQUE (run, pipeline, task, repeat));
   INSERT INTO new_trials
     SELECT NULL, run, pipeline, task, repeat, trial_place(plan, trial), outcome,
       trial_error(trial), trial_seconds(trial), trial_tokens(trial), trial
     FROM trials JOIN runs ON runs.id = trials.run ORDER BY trials.rowid;
   DROP TABLE trials;
   DROP TABLE runs;
   ALTER TABLE new_runs RENAME TO runs;
   ALTER TABLE new_trials RENAME TO trials;
   CREATE INDEX trials_by_pipeline ON trials (pipeline);
   CREATE INDEX trials_by_task ON trials (task);
   CREATE INDEX trials_by_place ON trials (run, place);
   CREATE INDEX trials_by_seconds ON trials (run, seconds);
   CREATE INDEX trials_by_tokens ON trials (run, tokens);`,
  // With all that pages choose and sort by, so that none of them reads the texts of other trials; the counts are kept as trials come.
  `DROP INDEX trials_by_place;
   DROP INDEX trials_by_seconds;
   DROP INDEX trials_by_tokens;
   CREATE INDEX trials_by_place ON trials (run, place, repeat, outcome, error, pipeline);
   CREATE INDEX trials_by_seconds ON trials (run, seconds, place, repeat, outcome, error, pipeline);
   CREATE INDEX trials_by_tokens ON trials (run, tokens, place, repeat, outcome, error, pipeline);
   CREATE INDEX trials_by_cell ON trials (run, pipeline, task, outcome);
   CREATE INDEX tasks_by_id ON tasks (id);
   CREATE TABLE trial_counts (
     run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, pipeline TEXT NOT NULL, outcome TEXT NOT NULL,
     error TEXT NOT NULL, trials INTEGER NOT NULL, PRIMARY KEY (run, pipeline, outcome, error)) WITHOUT ROWID;
   INSERT INTO trial_counts
     SELECT run, pipeline, outcome, coalesce(error, ''), count(*) FROM trials GROUP BY 1, 2, 3, 4;`,
] as const;

/** Waiting for another process stops all else in this one. */
const WAIT_MS = 200;
/** Of one kept text. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Opens or creates the file of a ledger, which may be a stranger's: nothing in it runs by itself, and one that has more or other tables,
 * or triggers or views, is refused before anything is written. Throws a Refusal that says why.
 */
export function openLedgerDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    refuseSpecialFile(path);
    makeFolder(dirname(path));
    database = new DatabaseSync(path, { timeout: WAIT_MS, defensive: true });
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;');
    refuseForeignTables(database, path);
    defineFunctions(database);
    // Written through to the disk at checkpoints alone: the end of the process loses nothing, that of the machine the last moments.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Refusal) throw cause;
    const why = (cause as Error).message;
    throw new Refusal(`cannot use ${path} as the ledger (${why}); choose a file that can be written`, {
      cause,
      choice: 'ledger',
    });
  }
}

/** What the migrations find in the JSON of a trial and of its plan. */
function defineFunctions(database: DatabaseSync): void {
  const define = (name: string, read: (row: TrialRow | null) => string | number | null) =>
    database.function(name, { deterministic: true, directOnly: true }, (json) => {
      const trial = parseTrial(String(json));
      return read(trial && rowOf(trial));
    });
  define('trial_error', (row) => row?.error ?? null);
  define('trial_seconds', (row) => row?.seconds ?? 0);
  define('trial_tokens', (row) => row?.tokens ?? 0);
  const placeOf = placeFinder();
  database.function('trial_place', { deterministic: true, directOnly: true }, (plan, json) => {
    const trial = parseTrial(String(json));
    return trial === null ? 0 : placeOf(String(plan), trial);
  });
}

/** Finds where a trial stands in the order of its plan; 0 where another version of greenloop wrote the plan. */
function placeFinder() {
  let known: { readonly json: string; readonly placeOf: ReturnType<typeof placesIn> | null } | null = null;
  return (json: string, { pipeline, trace }: Trial): number => {
    if (known?.json !== json) {
      const plan = parsePlan(json);
      known = { json, placeOf: plan && placesIn(plan) };
    }
    return known.placeOf?.(pipeline, trace.taskId, trace.repeat) ?? 0;
  };
}

/** Reading a pipe or a device never ends. */
function refuseSpecialFile(path: string): void {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFIFO() || kind?.isSocket() || kind?.isCharacterDevice() || kind?.isBlockDevice()) {
    throw new Refusal(`${path} is not a file; choose another ledger`, { choice: 'ledger' });
  }
}

/** Compares all that the file defines with what greenloop's own tables of that version are defined by. */
function refuseForeignTables(database: DatabaseSync, path: string): void {
  const version = versionOf(database);
  if (version > MIGRATIONS.length) {
    throw new Refusal(`${path} was written by a newer greenloop; update it, or choose another ledger`, {
      choice: 'ledger',
    });
  }
  const own = new DatabaseSync(':memory:');
  defineFunctions(own);
  for (const step of MIGRATIONS.slice(0, Math.max(0, version))) own.exec(step);
  const expected = definitionsOf(own);
  own.close();
  const foreign = definitionsOf(database).find((one) => !expected.includes(one));
  if (foreign === undefined && definitionsOf(database).length === expected.length) return;
  const what = foreign === undefined ? 'lacks a table' : `holds ${quote(foreign)}`;
  throw new Refusal(`${path} ${what}, so it is not a greenloop ledger; choose another file`, { choice: 'ledger' });
}

const MOST_DEFINITIONS = 100;

/** `table runs: CREATE TABLE ...`, each; no file of ours has nearly so many. */
function definitionsOf(database: DatabaseSync): string[] {
  const rows = database.prepare(
    'SELECT type, name, tbl_name, substr(sql, 1, 2000) AS sql FROM sqlite_schema ORDER BY name LIMIT ?',
  );
  return rows.all(MOST_DEFINITIONS).map(({ type, name, tbl_name, sql }) => `${type} ${name} on ${tbl_name}: ${sql}`);
}

/** SQL for a column that holds JSON: its text, or null where it is no text, or longer than any that was kept. */
export function textOf(column: string): string {
  return `CASE WHEN typeof(${column}) = 'text' AND octet_length(${column}) <= ${MOST_BYTES} THEN ${column} END`;
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
function migrate(database: DatabaseSync): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been as quick.
    for (const step of MIGRATIONS.slice(versionOf(database))) database.exec(step);
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
