import { Refusal, SandboxFault, UnsupportedFault } from '../base/errors.ts';
import {
  type ConversationOptions,
  Conversations,
  type JudgeMessage,
  type JudgeProcess,
  keyOf,
  verdictOf,
} from './judge-conversation.ts';
import type { JudgedTests, RunRequest, Sandbox, TestFile } from './sandbox.ts';
import { UNMEASURED, type Verdict } from './verdict.ts';

export interface PoolOptions extends ConversationOptions {
  /** How many candidates run at the same time. */
  readonly parallel: number;
  readonly start: () => JudgeProcess;
}

const RUNS_BEFORE_RECYCLING = 2000;
const TRIES = 3;
/** The process of a run that ends without a word twice was ended by the program that it judged. */
const TRIES_WITHOUT_WORD = 2;
const OF_THE_JUDGE = 'does not reach the code in its own process; run them as a test file';

interface Worker {
  readonly process: JudgeProcess;
  runs: number;
}

interface Waiting {
  readonly resolve: (worker: Worker) => void;
  readonly reject: (reason: unknown) => void;
}

/** Runs on as many judges as may work at the same time: hands them out, tries again what broke, ends what hangs. */
export class SandboxPool implements Pick<Sandbox, 'run' | 'close'> {
  readonly #options: PoolOptions;
  readonly #conversations: Conversations;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #ending = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  /** Tests that were seen to need the process of the code, by hash. */
  readonly #outOfReach = new Set<string>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#conversations = new Conversations(options);
  }

  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    if (request.code.trim() === '') return NO_CODE;
    const { tests } = request;
    if (tests !== null && 'command' in tests)
      throw new SandboxFault('a command tests a project, which this sandbox does not have');
    if (tests === null || 'program' in tests) return this.#verdictOf(request, signal);
    const beside = besideTheCode(tests);
    const key = keyOf(request);
    if (beside === null || !this.#outOfReach.has(key)) {
      const answer = await this.#tried(request, signal);
      if (!(await this.#isOutOfReach(answer, request, signal))) return verdictOf(answer);
      if (beside === null)
        throw new Refusal(
          `the tests do not run: ${String(answer.message ?? answer.outOfReach)}, which ${OF_THE_JUDGE}`,
          { choice: 'test-mode' },
        );
      this.#outOfReach.add(key);
    }
    return this.#verdictOf({ ...request, tests: beside }, signal);
  }

  /**
   * Whether tests need the process of the code. What a test does by itself shows it; where it does something to an object of
   * the code that right code might not give it, the reference shows it, or the name of a class as the entry point.
   */
  async #isOutOfReach(answer: JudgeMessage, request: RunRequest, signal?: AbortSignal): Promise<boolean> {
    if (answer.kind === 'out-of-reach') return true;
    if (answer.kind === 'passed' || typeof answer.outOfReach !== 'string') return false;
    const { reference = null, code, entryPoint } = request;
    if (reference === null || reference === code) return reference === code || /^[A-Z]/.test(entryPoint);
    const known = await this.#tried({ ...request, code: reference }, signal);
    return known.kind !== 'passed' && typeof known.outOfReach === 'string';
  }

  async #verdictOf(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    return verdictOf(await this.#tried(request, signal));
  }

  /** What a judge says of a run, tried again where a process of the sandbox broke. */
  async #tried(request: RunRequest, signal?: AbortSignal): Promise<JudgeMessage> {
    for (let tries = 1; ; tries += 1) {
      const worker = await this.#take(signal);
      try {
        const answer = await this.#judge(worker, request, signal);
        this.#giveBack(worker);
        if (answer.kind !== 'no-word') return answer;
        if (tries >= TRIES_WITHOUT_WORD) return CRASHED;
      } catch (error) {
        // Tests that cannot be run, and code that wants what is not there, are no fault of the judge.
        if (error instanceof UnsupportedFault || error instanceof Refusal) this.#giveBack(worker);
        else this.#discard(worker, 'given up after a fault');
        if (!(error instanceof SandboxFault && error.isTransient) || tries >= TRIES || this.#isClosed) throw error;
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const worker of [...this.#all]) this.#discard(worker, 'the sandbox was closed');
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new SandboxFault('the sandbox was closed'));
    await Promise.all([...this.#ending].map((worker) => worker.process.closed));
  }

  async #judge(worker: Worker, request: RunRequest, signal?: AbortSignal): Promise<JudgeMessage> {
    signal?.throwIfAborted();
    const abort = () => worker.process.kill('aborted');
    signal?.addEventListener('abort', abort);
    try {
      return await this.#conversations.run(worker.process, request);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async #take(signal?: AbortSignal): Promise<Worker> {
    if (this.#isClosed) throw new SandboxFault('the sandbox was closed');
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.process.isAlive) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size < this.#options.parallel) return this.#start();
    return this.#wait(signal);
  }

  #start(): Worker {
    const worker = { process: this.#options.start(), runs: 0 };
    this.#all.add(worker);
    return worker;
  }

  /** A start that fails is the fault of the run that waits for it. */
  #startFor(waiting: Waiting): void {
    try {
      waiting.resolve(this.#start());
    } catch (error) {
      waiting.reject(error);
    }
  }

  #wait(signal?: AbortSignal): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve: settle(resolve), reject: settle(reject) };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.reject(signal?.reason);
      };
      function settle<T>(next: (value: T) => void): (value: T) => void {
        return (value) => {
          signal?.removeEventListener('abort', leave);
          next(value);
        };
      }
      signal?.addEventListener('abort', leave);
      this.#waiting.push(waiting);
    });
  }

  #giveBack(worker: Worker): void {
    worker.runs += 1;
    if (worker.runs >= RUNS_BEFORE_RECYCLING || !worker.process.isAlive) this.#discard(worker, 'recycled');
    else this.#handOn(worker);
  }

  #handOn(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next.resolve(worker);
  }

  #discard(worker: Worker, reason: string): void {
    worker.process.kill(reason);
    this.#all.delete(worker);
    this.#ending.add(worker);
    void worker.process.closed.then(() => this.#ending.delete(worker));
    const next = this.#isClosed ? undefined : this.#waiting.shift();
    if (next !== undefined) this.#startFor(next);
  }
}

const CRASHED: JudgeMessage = {
  ...UNMEASURED,
  testedBy: 'judge',
  kind: 'crashed',
  reason: 'its answers ended the process that judged it',
  during: 'check',
  source: null,
};
const NO_CODE: Verdict = { ...UNMEASURED, testedBy: 'judge', kind: 'no-code' };

/** The tests as a file that runs beside the code; null where only a judge may have them. */
function besideTheCode({ setup, checks, onlyJudged }: JudgedTests): TestFile | null {
  return setup === '' && onlyJudged !== true ? { program: checks, moduleName: 'solution' } : null;
}
