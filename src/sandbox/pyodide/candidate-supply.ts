import { type HostCommand, HostProcess } from './host-process.ts';

/** Candidate processes; after the first is taken one more is always ready, as a start takes a while. */
export class CandidateSupply {
  readonly #command: HostCommand;
  readonly #all = new Set<HostProcess>();
  #spare: HostProcess | null = null;

  constructor(command: HostCommand) {
    this.#command = command;
  }

  take(): HostProcess {
    const spare = this.#spare;
    this.#spare = null;
    return spare?.isAlive ? spare : this.#start();
  }

  /** Starts a spare one, where there is none. */
  refill(): void {
    if (!this.#spare?.isAlive) this.#spare = this.#start();
  }

  async close(): Promise<void> {
    for (const process of this.#all) process.kill();
    await Promise.all([...this.#all].map((process) => process.closed));
  }

  #start(): HostProcess {
    const process = new HostProcess(this.#command);
    this.#all.add(process);
    void process.closed.then(() => this.#all.delete(process));
    return process;
  }
}
