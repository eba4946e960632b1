import { NoChecks, Refusal, SandboxFault, UnsupportedFault } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { RunRequest } from './sandbox.ts';
import { isSameProblem, standInFor } from './stand-in.ts';
import { hashOfTests } from './tests-hash.ts';
import { type TestedBy, UNMEASURED, type Verdict } from './verdict.ts';

const SETUP_SECONDS = 180;
const GRACE_SECONDS = 1.5;

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

export interface ConversationOptions {
  /** Folders of installed packages, for test files that need pytest. */
  readonly packageFolders: readonly string[];
  /** What to throw at a test file that needs pytest where there is none. */
  readonly pytestMissing: () => Error;
}

/** What a judge is asked beside the run itself: which tests, and whether they are known to run. */
interface Asked {
  readonly testsKey: string | null;
  readonly ranBefore: boolean;
}

/** Conversations with judges, one a run, and what was learnt in them about test files. */
export class Conversations {
  readonly #options: ConversationOptions;
  /** Test files that came to their tests once, by hash: a candidate that keeps one from that has failed. */
  readonly #ran = new Set<string>();

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** What a judge says of one run; throws a Refusal where pytest is missing. */
  async run(process: JudgeProcess, request: RunRequest): Promise<JudgeMessage> {
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
    const { code, entryPoint, timeoutSeconds, report, modules = [] } = request;
    const files = modules.map(({ name, source }) => [name, source]);
    const run = { code, entryPoint, timeoutSeconds, report, files, ...asked };
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
}

/** True for a verdict on a test file that is no script with an error of its own. */
function cameToItsTests(answer: JudgeMessage): boolean {
  if (!VERDICT_KINDS.has(answer.kind)) return false;
  const { testedBy, checks, checksPassed } = answer as unknown as Verdict;
  return testedBy !== 'judge' && (checksPassed > 0 || checks.some(({ test }) => test !== null));
}

/** What tests, their context and what they may import are known by. */
export function keyOf({ tests, context, modules }: RunRequest): string {
  return hashOf([tests && hashOfTests(tests), context, ...(modules === undefined ? [] : [modules])]);
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

/** The verdict in what a judge says at the end of a run; throws a Refusal for tests that cannot be run. */
export function verdictOf(message: JudgeMessage): Verdict {
  if (!VERDICT_KINDS.has(message.kind)) throw refusalOf(message);
  const { outOfReach: _, ...verdict } = message;
  return verdict as unknown as Verdict;
}

function refusalOf(message: JudgeMessage): Error {
  if (message.kind === 'tests-empty')
    return new NoChecks('the tests made no check; write at least one assert that calls the entry point, or one test');
  if (message.kind === 'tests-broken') return new Refusal(`the tests do not run: ${String(message.message)}`);
  return new SandboxFault(`the judge answered ${JSON.stringify(message.kind)}, which is not a verdict`, {
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
