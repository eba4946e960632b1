import { hashOf } from '../base/hash.ts';
import type { Isolation, RunRequest, Sandbox } from '../sandbox/sandbox.ts';
import { hashOfTests } from '../sandbox/tests-hash.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { Ledger } from './ledger.ts';

/** A Sandbox that runs nothing that the ledger holds, and whose verdicts are kept there. */
export class KeptSandbox implements Sandbox {
  readonly #sandbox: Sandbox;
  readonly #ledger: Ledger;
  readonly #place: string;

  private constructor(sandbox: Sandbox, ledger: Ledger, place: string) {
    this.#sandbox = sandbox;
    this.#ledger = ledger;
    this.#place = place;
  }

  /** Verdicts belong to the kind of isolation and to the Python that gave them. */
  static async around(sandbox: Sandbox, ledger: Ledger): Promise<KeptSandbox> {
    const { name, python } = await sandbox.isolation();
    return new KeptSandbox(sandbox, ledger, `${name} ${python}`);
  }

  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    const key = hashOf([this.#place, { ...request, tests: request.tests && hashOfTests(request.tests) }]);
    const known = this.#ledger.verdict(key);
    if (known !== null) return known;
    const verdict = await this.#sandbox.run(request, signal);
    this.#ledger.saveVerdict(key, verdict);
    return verdict;
  }

  isolation(): Promise<Isolation> {
    return this.#sandbox.isolation();
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }
}
