import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { Refusal } from '../../src/base/errors.ts';
import type { MeasurementFolder } from './measurement-folder.ts';
import type { Part } from './parts.ts';

/**
 * The processes of a measurement, which share its tasks: one process cannot keep more than one core busy with models as small as
 * these.
 */
export class Workers {
  readonly #folder: MeasurementFolder;
  #processes: readonly ChildProcess[] = [];

  constructor(folder: MeasurementFolder) {
    this.#folder = folder;
  }

  /** Runs the parts in all processes, each on its share of the tasks; what is saved already is skipped. */
  async run(parts: readonly Part[]): Promise<void> {
    if (parts.every((part) => this.#folder.has(part))) return;
    if (this.#processes.length === 0) this.#processes = this.#start();
    await Promise.all(this.#processes.map((process) => runIn(process, parts)));
  }

  #start(): ChildProcess[] {
    const { path, plan } = this.#folder;
    const file = join(import.meta.dirname, 'worker.ts');
    return Array.from({ length: plan.jobs }, (_, job) => fork(file, [path, String(job)]));
  }

  /** Ctrl-C in a terminal reaches the processes too; a signal to the first process alone does not. */
  interrupt(): void {
    for (const process of this.#processes) process.kill('SIGINT');
  }

  close(): void {
    for (const process of this.#processes) if (process.connected) process.disconnect();
  }
}

function runIn(process: ChildProcess, parts: readonly Part[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = () => reject(new Refusal('a process of the measurement ended; what was done is kept, run it again'));
  process.once('exit', fail);
  process.once('message', () => {
    process.off('exit', fail);
    resolve();
  });
  if (process.exitCode !== null) fail();
  else process.send(parts as Part[]);
  return promise;
}
