import { Refusal } from '../base/errors.ts';
import type { Interpreter } from './native/interpreter.ts';
import type { IsolatedCommand } from './native/isolated-command.ts';
import { SandboxProcess } from './native/sandbox-process.ts';
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

/** Runs candidates isolated by Linux, each in a process of its own forked from a warm interpreter and judged by another one. */
export class NativeSandbox implements Sandbox {
  readonly #options: NativeSandboxOptions;
  readonly #pool: SandboxPool;

  constructor(options: NativeSandboxOptions) {
    this.#options = options;
    const { isolation, python, parallel } = options;
    this.#pool = new SandboxPool({
      parallel,
      start: () => new SandboxProcess(isolation),
      packageFolders: python.packages,
      pytestMissing: () => this.#pytestMissing(),
    });
  }

  run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    return this.#pool.run(request, signal);
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
      `the tests need pytest, which ${path} does not have: install it (Debian: apt install python3-pytest), or give --python PATH of an environment that has it`,
    );
  }
}
