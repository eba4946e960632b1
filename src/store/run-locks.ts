import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Says which runs of a ledger are under way. A run is locked as a small file beside the ledger is, which the system unlocks whatever
 * ends the process: the number of a process says nothing, as another one may have it now, or have it in another container.
 */
export class RunLocks {
  readonly #ledger: string;
  readonly #held = new Map<string, DatabaseSync>();

  constructor(ledger: string) {
    this.#ledger = ledger;
  }

  /** Locks a run; false where somebody else has it. */
  take(run: string): boolean {
    // Nobody else can see a ledger in memory.
    if (this.#held.has(run) || this.#ledger === ':memory:') return true;
    const lock = lockFile(this.#fileOf(run));
    if (lock !== null) this.#held.set(run, lock);
    return lock !== null;
  }

  /** Whether anybody has locked a run, this process too. */
  isTaken(run: string): boolean {
    if (this.#held.has(run) || this.#ledger === ':memory:') return true;
    const file = this.#fileOf(run);
    if (!existsSync(file)) return false;
    const lock = lockFile(file);
    if (lock === null) return true;
    unlock(lock, file);
    return false;
  }

  release(run: string): void {
    const lock = this.#held.get(run);
    this.#held.delete(run);
    if (lock !== undefined) unlock(lock, this.#fileOf(run));
  }

  releaseAll(): void {
    for (const run of [...this.#held.keys()]) this.release(run);
  }

  #fileOf(run: string): string {
    return `${this.#ledger}-${run}.lock`;
  }
}

const SQLITE_BUSY = 5;

/** The file, locked; null where somebody else has locked it. */
function lockFile(path: string): DatabaseSync | null {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written, so nothing need be taken back.
    file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE;');
    return file;
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

function unlock(file: DatabaseSync, path: string): void {
  rmSync(path, { force: true });
  file.close();
}
