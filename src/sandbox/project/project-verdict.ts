import type { Check, TestedBy, Verdict } from '../verdict.ts';
import { shortOutput } from './project-output.ts';
import type { TestFailure, TestOutcome } from './project-report.ts';
import type { ProjectRun } from './project-run.ts';

/** What a candidate is measured by. */
export interface Expected {
  readonly command: string;
  /** What reported them; null where only the exit code of the command is known. */
  readonly runner: ProjectRun['runner'];
  /** Tests that ran before, by id: each has to pass. */
  readonly tests: ReadonlySet<string>;
  readonly lines: CandidateLines;
}

/** Where the lines of a candidate stand in the file. */
export interface CandidateLines {
  /** How many lines further down than in the candidate. */
  readonly offset: number;
  /** How many lines the candidate has. */
  readonly count: number;
}

const MOST_KEPT = 50;
const MOST_NAMED = 3;

/** The verdict on a candidate whose file the project's tests ran with. */
export function verdictOfRun(run: ProjectRun, expected: Expected): Verdict {
  const measured = measure(run, expected);
  const place = { during: 'check', source: run.underWay } as const;
  if (run.limit === 'memory') return { ...measured, ...place, kind: 'out-of-memory' };
  if (run.status === null) return { ...measured, ...place, kind: 'timed-out', limitSeconds: run.limitSeconds };
  const failed = run.tests.find(({ outcome }) => outcome === 'failed');
  const [first] = measured.checks;
  if (failed !== undefined && first !== undefined && !first.passed) return ofFailure(failed, first, measured);
  const reason = whyNotPassed(run, expected);
  if (reason === null) return { ...measured, kind: 'passed' };
  return { ...measured, ...place, kind: 'crashed', reason, output: shortOutput(run.output) };
}

function measure(run: ProjectRun, { command, runner, tests, lines }: Expected) {
  const isCommand = runner === null;
  const testedBy: TestedBy = runner ?? 'command';
  const isPassed = ({ id, outcome }: TestOutcome) => outcome === 'passed' && tests.has(id);
  const failed = run.tests.filter(({ outcome }) => outcome === 'failed').map((test) => failedCheck(test, lines));
  const passed =
    isCommand && run.status === 0
      ? [passedCheck(command)]
      : run.tests.filter(isPassed).map(({ id }) => passedCheck(id));
  const missing = Math.max(0, tests.size - passed.length - failed.length);
  return {
    testedBy,
    checks: [...failed.slice(0, MOST_KEPT), ...passed.slice(0, MOST_KEPT)],
    checksPassed: passed.length,
    checksFailed: failed.length + (isCommand && run.status !== 0 ? 1 : missing),
    output: isCommand ? shortOutput(run.output) : '',
    seconds: run.seconds,
    cpuSeconds: run.cpuSeconds,
    peakBytes: run.peakBytes,
  };
}

function ofFailure(test: TestOutcome, check: Check, measured: ReturnType<typeof measure>): Verdict {
  const { exception } = check;
  const isOfTest = exception === null || exception.type === 'AssertionError' || exception.type === 'Failed';
  if (isOfTest && test.kind === 'test') return { ...measured, kind: 'failed' };
  const during = test.kind === 'collect' ? 'load' : 'check';
  return { ...measured, kind: 'raised', during, exception: exception ?? nothingRaised(test) };
}

/** What speaks against a pass although no test failed; null where nothing does. */
function whyNotPassed({ status, runner, tests }: ProjectRun, expected: Expected): string | null {
  const passed = new Set(tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const missing = [...expected.tests].filter((id) => !passed.has(id));
  const ended = Number(status) < 0 ? `was ended by signal ${-Number(status)}` : `ended with exit code ${status}`;
  if (missing.length > 0) {
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
    return `${ended}, and these tests did not run to a pass: ${missing.slice(0, MOST_NAMED).join(', ')}${more}`;
  }
  if (status !== 0) return ended;
  return expected.runner !== runner ? `${ended} without a report of its tests` : null;
}

const NO_VALUES = { call: null, actual: null, operator: null, expected: null } as const;

function passedCheck(id: string): Check {
  return { test: id, source: id, passed: true, ...NO_VALUES, exception: null };
}

/** A comparison of the test that did not hold with its values; anything else with what it raised. */
function failedCheck({ id, failure }: TestOutcome, lines: CandidateLines): Check {
  const statement = failure?.statement?.trim() ?? '';
  const source = statement === '' ? id : statement.replace(/^assert\s+/, '');
  const values = failure?.type === 'AssertionError' && /^assert\s/.test(statement) ? failure.values : null;
  if (values != null) {
    const [actual, operator, expected] = values;
    return { test: id, source, passed: false, call: null, actual, operator, expected, exception: null };
  }
  const exception = failure === null ? null : raised(failure, lines);
  return { test: id, source, passed: false, ...NO_VALUES, exception };
}

/** With the lines of the candidate as it has them; the rest of its file is a file like any other. */
function raised({ type, message, traceback, line }: TestFailure, { offset, count }: CandidateLines) {
  const ownLine = (number: number) => (number > offset && number <= offset + count ? number - offset : null);
  const shown = traceback.replace(/^( {2}File ")<candidate>", line (\d{1,9})/gm, (_, start: string, number: string) => {
    const own = ownLine(Number(number));
    return own === null ? `${start}<file>", line ${number}` : `${start}<candidate>", line ${own}`;
  });
  const own = line === null || type === 'AssertionError' ? null : ownLine(line);
  return { type, message, traceback: shown, line: own, locals: {} };
}

function nothingRaised({ id }: TestOutcome) {
  return { type: 'Failed', message: `${id} failed`, traceback: `${id} failed\n`, line: null, locals: {} };
}
