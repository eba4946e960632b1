import type { Cache } from '../cache/cache.ts';
import type { RunStore } from '../runs/run-store.ts';

/** A Cache and a RunStore in one place. */
export interface Ledger extends Cache {
  readonly runs: RunStore;
  close(): void;
}
