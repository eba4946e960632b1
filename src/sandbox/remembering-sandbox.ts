import { untilAborted } from '../base/concurrency.ts';
import { hashOf } from '../base/hash.ts';
import type { Isolation, RunRequest, Sandbox } from './sandbox.ts';
import { hashOfTests } from './tests-hash.ts';
import type { Verdict } from './verdict.ts';

const MOST_REMEMBERED = 2000;

/**
 * A Sandbox that does not run the same program under the same tests twice, nor one that was seen not to load under any.
 * Verdicts that describe every check also serve requests that end at the first failure.
 */
export class RememberingSandbox implements Sandbox {
  readonly #sandbox: Sandbox;
  readonly #runs = new Map<string, Promise<Verdict>>();
  readonly #failedLoads = new Map<string, Verdict>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    const { code, entryPoint, timeoutSeconds, context, tests, report } = request;
    // A test file runs where the candidate was loaded under another name, and needs no entry point.
    const loadedAs = tests !== null && 'program' in tests ? tests.moduleName : null;
    const load = hashOf([code, loadedAs === null ? entryPoint : { loadedAs }, timeoutSeconds]);
    const key = hashOf([load, context, tests && hashOfTests(tests)]);
    const known = this.#failedLoads.get(load) ?? this.#runs.get(`all ${key}`) ?? this.#runs.get(`${report} ${key}`);
    // What broke or was aborted for another caller is run anew for this one.
    if (known !== undefined) {
      const shared = await untilAborted(() => Promise.resolve(known).catch(() => null), signal);
      if (shared !== null) return shared;
    }
    const verdict = this.#sandbox.run(request, signal);
    this.#remember(`${report} ${key}`, verdict);
    const settled = await verdict;
    if (endedWhileLoading(settled)) this.#failedLoads.set(load, settled);
    return settled;
  }

  isolation(): Promise<Isolation> {
    return this.#sandbox.isolation();
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }

  #remember(key: string, verdict: Promise<Verdict>): void {
    this.#runs.set(key, verdict);
    verdict.catch(() => this.#runs.delete(key));
    for (const map of [this.#runs, this.#failedLoads]) {
      if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value as string);
    }
  }
}

/** What the candidate did before any check is the same whatever the checks are. */
function endedWhileLoading(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case 'syntax-error':
    case 'no-code':
      return true;
    case 'raised':
    case 'timed-out':
    case 'out-of-memory':
    case 'crashed':
      return verdict.during === 'load';
    default:
      return false;
  }
}
