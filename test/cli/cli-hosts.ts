import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const HOST = join(import.meta.dirname, 'cli-host.ts');
/** As many as there are cores on the smallest machine that the tests run on. */
const MOST = 2;

/** What the command line is given. */
export interface CliRequest {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string;
}

/** What came of it. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Processes that run the command line, one command at a time each. */
export class CliHosts {
  readonly #all: ChildProcess[] = [];
  readonly #free: ChildProcess[] = [];
  readonly #waiting: ((host: ChildProcess) => void)[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async run(request: CliRequest): Promise<Ended> {
    const host = await this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    const onExit = () => reject(new Error(`greenloop ${request.words.join(' ')} ended the process that ran it`));
    host.once('message', resolve).once('exit', onExit).send(request);
    try {
      return await promise;
    } finally {
      host.off('exit', onExit);
      this.#giveBack(host);
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#all
        .filter(({ connected }) => connected)
        .map((host) => {
          const exit = once(host, 'exit');
          host.disconnect();
          return exit;
        }),
    );
  }

  async #take(): Promise<ChildProcess> {
    const host = this.#free.pop();
    if (host !== undefined) return host;
    if (this.#all.length < MOST) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): ChildProcess {
    const host = fork(HOST, { env: this.#env, execArgv: [] });
    this.#all.push(host);
    return host;
  }

  #giveBack(host: ChildProcess): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(host);
    else next(host);
  }
}
