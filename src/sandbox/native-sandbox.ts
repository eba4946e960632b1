import { bubblewrapCommand, type IsolatedCommand, isRoot } from './isolation.ts';
import type { Isolation, RunRequest, Sandbox } from './sandbox.ts';
import { SandboxPool } from './sandbox-pool.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { Verdict } from './verdict.ts';

export interface NativeSandboxOptions {
  /** Path of bubblewrap. */
  readonly bubblewrap: string;
  /** Path of the real interpreter, and its version. */
  readonly python: { readonly path: string; readonly version: string };
  /** Folder of the Python runner. */
  readonly runner: string;
  /** How many candidates run at the same time. */
  readonly parallel: number;
}

/** Runs candidates in bubblewrap, each in a process of its own forked from a warm interpreter and judged by another one. */
export class NativeSandbox implements Sandbox {
  readonly #options: NativeSandboxOptions;
  readonly #command: IsolatedCommand;
  readonly #pool: SandboxPool;

  constructor(options: NativeSandboxOptions) {
    this.#options = options;
    this.#command = bubblewrapCommand(options.bubblewrap, options.python.path, options.runner);
    this.#pool = new SandboxPool({ parallel: options.parallel, start: () => new SandboxProcess(this.#command) });
  }

  run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    return this.#pool.run(request, signal);
  }

  async isolation(): Promise<Isolation> {
    const { path, version } = this.#options.python;
    const lacks = isRoot() && this.#command.user === null ? ['a limit on threads, as root is exempt from it'] : [];
    return { name: 'bwrap', python: `${path} (${version})`, lacks };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
