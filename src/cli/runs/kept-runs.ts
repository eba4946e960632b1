import { existsSync } from 'node:fs';
import { Refusal } from '../../base/errors.ts';
import type { RunStore } from '../../runs/run-store.ts';
import { openLedger } from '../../wiring/ledger.ts';
import type { Surroundings } from '../command.ts';
import { commandText } from '../next-command.ts';

/** What RUN means, for the help of commands that take one. */
export const RUN_HELP = 'id of a run, the beginning of one, or last';

/** Opens the ledger for its runs, and closes it after the work; refuses a file that is not there rather than making one. */
export async function withKeptRuns<Value>(
  { ledger: path }: Pick<Surroundings, 'ledger'>,
  work: (runs: RunStore) => Value | Promise<Value>,
): Promise<Value> {
  if (!existsSync(path)) {
    throw new Refusal(
      `there is no ledger ${path}; make one with ${commandText(['bench'])}, or name another one (--ledger FILE)`,
    );
  }
  const ledger = await openLedger(path, {});
  try {
    return await work(ledger.runs);
  } finally {
    ledger.close();
  }
}
