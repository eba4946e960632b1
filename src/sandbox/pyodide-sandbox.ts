import { Refusal } from '../base/errors.ts';
import { CandidateSupply } from './pyodide/candidate-supply.ts';
import { type Host, hostCommand } from './pyodide/host-command.ts';
import { PyodideWorker } from './pyodide/pyodide-worker.ts';
import { openSnapshots, type Snapshots } from './pyodide/snapshots.ts';
import type { Isolation, RunRequest, Sandbox } from './sandbox.ts';
import { SandboxPool } from './sandbox-pool.ts';
import type { Verdict } from './verdict.ts';

export interface PyodideSandboxOptions {
  readonly host: Host;
  /** Folder for Python's memory as it is when ready, which makes starts fast; null, or one that cannot be written, starts slowly. */
  readonly cacheFolder: string | null;
  /** How many candidates run at the same time. */
  readonly parallel: number;
}

const PYTHON = '3.14';
const PYTEST_MISSING =
  'the tests need pytest, which Pyodide does not have: install it with Python and bubblewrap (Debian: apt install python3-pytest bubblewrap)';
// Held by the list of functions that Python may call, and by nothing behind it.
const WITHOUT_SYSTEM = [
  'a second wall: code that breaks out of WebAssembly could open connections and signal processes of the same user',
];

/** Runs candidates in Python compiled to WebAssembly: each judge and each candidate in a process of Node that may do next to nothing. */
export class PyodideSandbox implements Sandbox {
  readonly #pool: SandboxPool;
  readonly #supply: CandidateSupply;
  readonly #host: Host;

  private constructor(host: Host, snapshots: Snapshots, parallel: number) {
    this.#host = host;
    this.#supply = new CandidateSupply(hostCommand(host, { role: 'candidate', snapshot: snapshots.candidate }));
    const command = hostCommand(host, { role: 'judge', snapshot: snapshots.judge });
    this.#pool = new SandboxPool({
      parallel,
      start: () => new PyodideWorker(command, this.#supply),
      packageFolders: [],
      pytestMissing: () => new Refusal(PYTEST_MISSING),
    });
  }

  /** Makes the snapshots where the cache folder has none that fit, which takes some seconds once. */
  static async open({ host, cacheFolder, parallel }: PyodideSandboxOptions): Promise<PyodideSandbox> {
    return new PyodideSandbox(host, await openSnapshots(host, cacheFolder), parallel);
  }

  run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    return this.#pool.run(request, signal);
  }

  async isolation(): Promise<Isolation> {
    const { bubblewrap, version } = this.#host;
    const name = bubblewrap === null ? 'pyodide' : 'pyodide in bwrap';
    return { name, python: `${PYTHON} (Pyodide ${version})`, lacks: bubblewrap === null ? WITHOUT_SYSTEM : [] };
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#supply.close();
  }
}
