import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, SandboxFault } from '../base/errors.ts';
import type { Interpreter } from './native/interpreter.ts';
import type { IsolatedCommand } from './native/isolated-command.ts';
import { SandboxProcess } from './native/sandbox-process.ts';
import { removeForgottenScratch } from './native/scratch.ts';
import { isCrowded } from './native/threads.ts';
import type { Isolation, RunRequest, Sandbox } from './sandbox.ts';
import { SandboxPool } from './sandbox-pool.ts';
import type { Verdict } from './verdict.ts';

export interface NativeSandboxOptions {
  /** What findIsolation found. */
  readonly isolation: IsolatedCommand;
  readonly python: Interpreter;
  /** How many candidates run at the same time. */
  readonly parallel: number;
}

const TRIES = 3;
const MILLISECONDS_BETWEEN_LOOKS = 100;
const MOST_LOOKS = 100;
const NO_THREAD = "can't start new thread";
/** What a program says that may start threads. */
const SAYS_THREADS = /thread|concurrent|executor|multiprocessing|asyncio|ctypes/i;

/** Runs candidates isolated by Linux, each in a process of its own forked from a warm interpreter and judged by another one. */
export class NativeSandbox implements Sandbox {
  readonly #options: NativeSandboxOptions;
  readonly #pool: SandboxPool;

  constructor(options: NativeSandboxOptions) {
    this.#options = options;
    const { isolation, python, parallel } = options;
    removeForgottenScratch();
    this.#pool = new SandboxPool({
      parallel,
      start: () => new SandboxProcess(isolation),
      packageFolders: python.packages,
      pytestMissing: () => this.#pytestMissing(),
    });
  }

  /** A program of threads waits while others have nearly used up a limit that it shares with them, and is run again where they had. */
  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    for (let tries = 1; ; tries += 1) {
      await this.#untilThereAreThreads(request, signal);
      const verdict = await this.#pool.run(request, signal);
      const isCrowdedNow = this.#lacksThreads(request);
      if (verdict.kind === 'passed' || !(isCrowdedNow || this.#saysSo(verdict))) return verdict;
      if (tries < TRIES) continue;
      if (!isCrowdedNow) return verdict;
      throw new SandboxFault('other programs have used up the threads that all sandboxes share');
    }
  }

  /** Whether a verdict is of a program that could not start a thread, where that may be the doing of others. */
  #saysSo(verdict: Verdict): boolean {
    return this.#options.isolation.sharedThreads !== null && JSON.stringify(verdict).includes(NO_THREAD);
  }

  #lacksThreads({ code }: RunRequest): boolean {
    const { sharedThreads } = this.#options.isolation;
    return sharedThreads !== null && SAYS_THREADS.test(code) && isCrowded(sharedThreads);
  }

  async #untilThereAreThreads(request: RunRequest, signal?: AbortSignal): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS && this.#lacksThreads(request); looks += 1)
      await sleep(MILLISECONDS_BETWEEN_LOOKS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }

  async isolation(): Promise<Isolation> {
    const { isolation, python } = this.#options;
    return { name: isolation.name, python: `${python.path} (${python.version})`, lacks: isolation.lacks };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #pytestMissing(): Refusal {
    const { path } = this.#options.python;
    return new Refusal(
      `the tests need pytest, which ${path} does not have: install it (Debian: apt install python3-pytest), or choose an environment that has it`,
      { choice: 'python' },
    );
  }
}
