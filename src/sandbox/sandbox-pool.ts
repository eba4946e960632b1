import { NoChecks, Refusal, SandboxFault, UnsupportedFault } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { JudgedTests, RunRequest, Sandbox, TestFile } from './sandbox.ts';
import { isSameProblem, standInFor } from './stand-in.ts';
import { hashOfTests } from './tests-hash.ts';
import { type TestedBy, UNMEASURED, type Verdict } from './verdict.ts';

/** A message of the judge; everything but `kind` depends on the kind. */
export interface JudgeMessage {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What a judge is asked; the rest is between it and the runner. */
export interface JudgeRequest {
  readonly timeoutSeconds: number;
  readonly [field: string]: unknown;
}

/** A judge with what belongs to it, which serves one run after another. */
export interface JudgeProcess {
  readonly isAlive: boolean;
  readonly closed: Promise<void>;
  send(message: JudgeRequest): void;
  /** The next message; throws SandboxFault when the process is gone. */
  receive(): Promise<JudgeMessage>;
  /** Ends every process of it at once; a waiting receive() throws. */
  kill(reason: string): void;
}

export interface PoolOptions {
  /** How many candidates run at the same time. */
  readonly parallel: number;
  readonly start: () => JudgeProcess;
  /** Folders of installed packages, for test files that need pytest. */
  readonly packageFolders: readonly string[];
  /** What to throw at a test file that needs pytest where there is none. */
  readonly pytestMissing: () => Error;
}

const RUNS_BEFORE_RECYCLING = 2000;
const SETUP_SECONDS = 180;
const GRACE_SECONDS = 1.5;
const TRIES = 3;
/** The process of a run that ends without a word twice was ended by the program that it judged. */
const TRIES_WITHOUT_WORD = 2;
const OF_THE_JUDGE = 'does not reach the code in its own process; run them as a test file (--test-mode program)';

/** What a judge is asked beside the run itself: which tests, and whether they are known to run. */
interface Asked {
  readonly testsKey: string | null;
  readonly ranBefore: boolean;
}

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
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #ending = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  /** Test files that came to their tests once, by hash: a candidate that keeps one from that has failed. */
  readonly #ran = new Set<string>();
  /** Tests that were seen to need the process of the code, by hash. */
  readonly #outOfReach = new Set<string>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async run(request: RunRequest, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    if (request.code.trim() === '') return NO_CODE;
    const { tests } = request;
    if (tests === null || 'program' in tests) return this.#verdictOf(request, signal);
    const beside = besideTheCode(tests);
    const key = keyOf(request);
    if (beside === null || !this.#outOfReach.has(key)) {
      const answer = await this.#tried(request, signal);
      if (!(await this.#isOutOfReach(answer, request, signal))) return verdictOf(answer);
      if (beside === null)
        throw new Refusal(
          `the tests do not run: ${String(answer.message ?? answer.outOfReach)}, which ${OF_THE_JUDGE}`,
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
      return await this.#converse(worker.process, request);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async #converse(process: JudgeProcess, request: RunRequest): Promise<JudgeMessage> {
    const testsKey = request.tests && keyOf(request);
    const ranBefore = testsKey !== null && this.#ran.has(testsKey);
    let answer = await this.#ask(process, request, { testsKey, ranBefore });
    if (await this.#isBrokenByCode(process, request, { testsKey, ranBefore, answer }))
      answer = await this.#ask(process, request, { testsKey, ranBefore: true });
    if (testsKey !== null && cameToItsTests(answer)) this.#ran.add(testsKey);
    return answer;
  }

  /** Whether a test file that does not run would run with other code: it is run once with code that does nothing. */
  async #isBrokenByCode(
    process: JudgeProcess,
    request: RunRequest,
    { answer, ...run }: Asked & { answer: JudgeMessage },
  ) {
    const isOfFile = request.tests !== null && 'program' in request.tests;
    if (answer.kind !== 'tests-broken' || !isOfFile || run.ranBefore) return false;
    const { kind, message } = await this.#ask(process, { ...request, code: standInFor(request.entryPoint) }, run);
    return kind !== 'tests-broken' || !isSameProblem(String(message), String(answer.message));
  }

  /** What the judge says at the end of a run. */
  async #ask(process: JudgeProcess, request: RunRequest, asked: Asked): Promise<JudgeMessage> {
    const { code, entryPoint, timeoutSeconds, report } = request;
    const run = { code, entryPoint, timeoutSeconds, report, ...asked };
    process.send({ ...run, tests: null });
    let answer = await within(process, SETUP_SECONDS);
    if (answer.kind === 'tests-wanted') {
      process.send({ ...run, tests: this.#testsOf(request) });
      answer = await within(process, SETUP_SECONDS);
    }
    if (answer.kind === 'pytest-missing') throw this.#options.pytestMissing();
    if (answer.kind !== 'started') return answer;
    const seconds = Number(answer.limitSeconds);
    const last = await this.#lastMessage(process, { seconds, testedBy: answer.testedBy as TestedBy });
    return last.kind === 'timed-out' && last.seconds === 0 ? { ...last, seconds } : last;
  }

  /** The tests as the judge reads them. */
  #testsOf({ tests, context }: RunRequest): object | null {
    if (tests === null || !('program' in tests)) return tests && { ...tests, context };
    return { ...tests, context, packageFolders: this.#options.packageFolders };
  }

  /** The verdict, or a time-out where the judge itself hangs on what the candidate gave it. */
  async #lastMessage(process: JudgeProcess, limit: { seconds: number; testedBy: TestedBy }): Promise<JudgeMessage> {
    const { seconds, testedBy } = limit;
    let [isLate, isSettled] = [false, false];
    const end = () => {
      isLate = !isSettled;
      if (isLate) process.kill('the judge did not answer in time');
    };
    // An answer that came while this process was busy is read before the immediate runs.
    const watchdog = setTimeout(() => setImmediate(end), (seconds + GRACE_SECONDS) * 1000);
    try {
      return await process.receive();
    } catch (error) {
      if (isLate && !(error instanceof UnsupportedFault))
        return { ...UNMEASURED, testedBy, kind: 'timed-out', limitSeconds: seconds, during: 'check', source: null };
      throw error;
    } finally {
      isSettled = true;
      clearTimeout(watchdog);
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

/** True for a verdict on a test file that is no script with an error of its own. */
function cameToItsTests(answer: JudgeMessage): boolean {
  if (!VERDICT_KINDS.has(answer.kind)) return false;
  const { testedBy, checks, checksPassed } = answer as unknown as Verdict;
  return testedBy !== 'judge' && (checksPassed > 0 || checks.some(({ test }) => test !== null));
}

/** The tests as a file that runs beside the code; null where only a judge may have them. */
function besideTheCode({ setup, checks, onlyJudged }: JudgedTests): TestFile | null {
  return setup === '' && onlyJudged !== true ? { program: checks, moduleName: 'solution' } : null;
}

function keyOf({ tests, context }: RunRequest): string {
  return hashOf([tests && hashOfTests(tests), context]);
}

const VERDICT_KINDS = new Set([
  'passed',
  'failed',
  'raised',
  'syntax-error',
  'timed-out',
  'out-of-memory',
  'crashed',
] satisfies Verdict['kind'][] as string[]);

function verdictOf(message: JudgeMessage): Verdict {
  if (!VERDICT_KINDS.has(message.kind)) throw refusalOf(message);
  const { outOfReach: _, ...verdict } = message;
  return verdict as unknown as Verdict;
}

function refusalOf(message: JudgeMessage): Error {
  if (message.kind === 'tests-empty')
    return new NoChecks('the tests made no check; write at least one assert that calls the entry point, or one test');
  if (message.kind === 'tests-broken') return new Refusal(`the tests do not run: ${String(message.message)}`);
  return new SandboxFault(`the judge answered ${JSON.stringify(message.kind)}, which is no verdict`, {
    isTransient: true,
  });
}

async function within(process: JudgeProcess, seconds: number): Promise<JudgeMessage> {
  const watchdog = setTimeout(() => process.kill(`the tests were not ready after ${seconds} s`), seconds * 1000);
  try {
    return await process.receive();
  } finally {
    clearTimeout(watchdog);
  }
}
