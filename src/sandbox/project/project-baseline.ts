import { lastLine } from './project-output.ts';
import type { TestOutcome } from './project-report.ts';
import type { ProjectRun } from './project-run.ts';
import type { Expected } from './project-verdict.ts';

/** The tests before anything is written: with the file as it is, and with the function replaced by one that only tells of its calls. */
export interface Baseline {
  readonly asIs: ProjectRun;
  /** Null where nothing can stand in for it: a class without methods. */
  readonly stubbed: ProjectRun | null;
  /** The function. */
  readonly name: string;
}

/** What the function that notes its calls raises. */
const CALLED = 'this is to be written';
const COMMAND_NOT_FOUND = 127;
const COMMAND_NOT_RUN = 126;

/** Why no body of the function could make the tests pass, or need to; null where one may. A failing test has to call the function. */
export function whyNotWritable({ asIs, stubbed, name }: Baseline): string | null {
  const { status, runner, limit } = asIs;
  if (limit === 'memory') return 'the tests use more memory than they may';
  if (status === 0) return runner !== null && !hasRun(asIs) ? 'no test ran' : 'the tests pass already';
  if (runner === null) return whyCommandFails(asIs, stubbed, name);
  if (asIs.tests.length === 0 && asIs.underWay === null) return `no test ran: ${lastLine(asIs.output)}`;
  const failed = asIs.tests.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0 && asIs.underWay === null)
    return `no test fails, but the command fails (exit code ${status}): ${lastLine(asIs.output)}`;
  const foreign = failed.find(({ id }) => !isReached(id, stubbed));
  if (foreign !== undefined) return `${foreign.id} fails and never calls ${name}: ${failureText(foreign)}`;
  if (status === null && !isReached(asIs.underWay, stubbed))
    return `the tests do not end within ${asIs.limitSeconds} s, and ${asIs.underWay} never calls ${name}`;
  return null;
}

/** What has to come of a run with what is written: each test passes that ran in either of these runs. */
export function expectedOf({ asIs, stubbed }: Baseline): Pick<Expected, 'runner' | 'tests'> {
  const tests = [...asIs.tests, ...(stubbed?.tests ?? [])];
  const ids = new Set(
    tests.filter(({ kind, outcome }) => kind === 'test' && outcome !== 'skipped').map(({ id }) => id),
  );
  return { runner: asIs.runner, tests: ids };
}

function whyCommandFails(asIs: ProjectRun, stubbed: ProjectRun | null, name: string): string | null {
  const { status, output } = asIs;
  if (status === COMMAND_NOT_FOUND || status === COMMAND_NOT_RUN)
    return `the command does not run: ${lastLine(output)}`;
  if (stubbed === null || stubbed.reached.size > 0) return null;
  const ended = status === null ? `does not end within ${asIs.limitSeconds} s` : `fails (exit code ${status})`;
  const said = lastLine(output);
  return `the command ${ended} and never calls ${name}${said === '' ? '' : `: ${said}`}`;
}

function hasRun({ tests }: ProjectRun): boolean {
  return tests.some(({ outcome }) => outcome === 'passed');
}

/** Whether a test calls the function; a call as its file was read is of each test in that, and one outside of all may be of each. */
function isReached(id: string | null, stubbed: ProjectRun | null): boolean {
  if (stubbed === null || stubbed.reached.has(null) || stubbed.reached.has(id)) return true;
  return [...stubbed.reached].some((file) => id?.startsWith(`${file}::`)) || sharesCall(id, stubbed);
}

/** Whether a test fails by a call that was made for several tests, in a fixture. */
function sharesCall(id: string | null, { tests }: ProjectRun): boolean {
  const failure = tests.find((test) => test.id === id)?.failure;
  return failure?.type === 'NotImplementedError' && failure.message === CALLED;
}

/** Its first line; of a file that cannot be imported the last one, which names what is wrong there. */
function failureText({ kind, failure }: TestOutcome): string {
  if (failure === null) return 'no reason given';
  const { type, message } = failure;
  const isNested = kind === 'collect' && message.trim().includes('\n');
  return isNested ? lastLine(message) : `${type}: ${message.split('\n')[0] ?? ''}`;
}
