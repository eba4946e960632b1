import { printable } from '../base/printable.ts';
import type { Check, RaisedException, Verdict } from '../sandbox/verdict.ts';
import { exceptionText, failedCheckText, passedCheckText, withEntryPoint } from './check-text.ts';
import type { FeedbackDetail } from './pipeline-spec.ts';

const CHARACTERS_PER_TOKEN = 3.5;
const DEFAULT_TOKENS = 600;
/** The paper shows the first 1,000 characters of standard error. */
const PAPER_STDERR_CHARACTERS = 1000;
const MOST_FAILED = 5;
const MOST_PASSED = 5;
const LONGEST_OUTPUT = 300;
const LONGEST_LOCALS = 300;
const LONGEST_LINE = 160;
const LONGEST_VALUE_IN_LINE = 60;

export interface FeedbackOptions {
  /** Name to show where a test calls the function `candidate`. */
  readonly entryPoint?: string;
  readonly maxTokens?: number;
}

/**
 * The text made of a Verdict for an analyzer or a refiner; the most useful part first, cut at about `maxTokens`. What
 * differs from run to run (addresses) is left out, so that one failure always gives one text.
 */
export function feedbackOf(verdict: Verdict, detail: FeedbackDetail, options: FeedbackOptions = {}): string {
  const { entryPoint, maxTokens = DEFAULT_TOKENS } = options;
  const isNamed = entryPoint === undefined || detail === 'traceback' || verdict.testedBy !== 'judge';
  const named = isNamed ? verdict : renamed(verdict, entryPoint);
  const parts = detail === 'values' ? valuesParts(named) : tracebackParts(named);
  return fitted(parts.map(readable), Math.floor(maxTokens * CHARACTERS_PER_TOKEN));
}

/** One line for people: what failed; `entryPoint` is shown where a test calls the function `candidate`. */
export function failureLine(verdict: Verdict, entryPoint = 'candidate'): string {
  const named = verdict.testedBy === 'judge' ? renamed(verdict, entryPoint) : verdict;
  const line = readable(headline(mapChecks(named, withShortValues))).split('\n')[0] ?? '';
  return cut(line, LONGEST_LINE);
}

/** The name of what went wrong, as error tables count it: an exception's class, AssertionError for a check that did not hold. */
export function errorType(verdict: Verdict): string | null {
  switch (verdict.kind) {
    case 'passed':
      return null;
    case 'failed':
      return 'AssertionError';
    case 'raised':
    case 'syntax-error':
      return verdict.exception.type;
    case 'no-code':
      return 'NoCode';
    case 'timed-out':
      return 'Timeout';
    case 'out-of-memory':
      return 'MemoryError';
    case 'crashed':
      return 'Crash';
  }
}

function valuesParts(verdict: Verdict): string[] {
  const failed = verdict.checks.filter((check) => !check.passed).slice(0, MOST_FAILED);
  const passed = passedParts(verdict.checks.filter((check) => check.passed));
  if (verdict.kind === 'passed') return [headline(verdict), ...outputParts(verdict)];
  const [first = headline(verdict), ...others] = failed.length > 0 ? failureTexts(failed) : [];
  const place = failed.length === 0 && 'exception' in verdict ? placeLines(verdict.exception) : [];
  return [[first, ...place].join('\n'), ...countParts(verdict), ...others, ...passed, ...outputParts(verdict)];
}

/** Each failed check with the place of its exception, the same place only once. */
function failureTexts(failed: readonly Check[]): string[] {
  const places = failed.map(({ exception }) => `${exception?.type} ${exception?.line}`);
  return failed.map((check, index) => {
    const isNew = check.exception !== null && places.indexOf(places[index] as string) === index;
    return [failedCheckText(check), ...(isNew ? placeLines(check.exception) : [])].join('\n');
  });
}

function tracebackParts(verdict: Verdict): string[] {
  const failed = verdict.checks.filter((check) => !check.passed);
  const asserts = failed.map(statementText);
  const text = stderrText(verdict).slice(0, PAPER_STDERR_CHARACTERS);
  return [text, ...(asserts.length > 0 ? [`Failed tests:\n${asserts.slice(0, MOST_FAILED).join('\n')}`] : [])];
}

/** The statement of a failed check, with the test of a test file that it belongs to. */
function statementText({ test, source, actual }: Check): string {
  if (test === null) return `assert ${source}`;
  return test === source ? test : `${test}: ${actual === null ? source : `assert ${source}`}`;
}

/** What Python would have written to standard error for the first failure. */
function stderrText(verdict: Verdict): string {
  const check = verdict.checks.find((item) => !item.passed);
  if (check === undefined) return 'exception' in verdict ? verdict.exception.traceback : headline(verdict);
  // What a test file raised has the frames of the file already.
  if (verdict.testedBy !== 'judge' && check.exception !== null) return check.exception.traceback;
  const frame = `  File "<tests>", in ${check.test ?? '<module>'}\n    assert ${check.source}\n`;
  if (check.exception === null) return `Traceback (most recent call last):\n${frame}AssertionError\n`;
  const [first, ...rest] = check.exception.traceback.split('\n');
  const isWhole = first?.startsWith('Traceback') ?? false;
  return `Traceback (most recent call last):\n${frame}${(isWhole ? rest : [first, ...rest]).join('\n')}`;
}

function headline(verdict: Verdict): string {
  const [check] = verdict.checks;
  switch (verdict.kind) {
    case 'passed':
      return verdict.checksPassed === 0
        ? 'The code loads; there were no checks to run.'
        : `All checks passed (${verdict.checksPassed}).`;
    case 'failed':
      return failedCheckText(check as Check);
    case 'raised':
      return verdict.during === 'load' ? loadText(verdict.exception) : failedCheckText(check as Check);
    case 'syntax-error':
      return `The code is not valid Python: ${exceptionText(verdict.exception)}`;
    case 'no-code':
      return 'The answer contained no Python code.';
    case 'timed-out':
      return `${doing(verdict)} took more than ${wholeSeconds(verdict.limitSeconds)} s: a loop may never end, or the method is too slow.`;
    case 'out-of-memory':
      return `${doing(verdict)} ran out of memory.`;
    case 'crashed':
      return `${doing(verdict)} failed: the Python process ${verdict.reason}.`;
  }
}

/** The sandbox reports a function that is not there as a NameError in no line of the code. */
function loadText(exception: RaisedException): string {
  const missing = /^name '(.+)' is not defined$/.exec(exception.message)?.[1];
  return exception.type === 'NameError' && exception.line === null && missing !== undefined
    ? `The code does not define ${missing}.`
    : `Loading the code raised ${exceptionText(exception)}`;
}

/** The candidate's own line, and its local variables there. */
function placeLines({ line, locals, traceback }: RaisedException): string[] {
  const values = Object.entries(locals).map(([name, value]) => `${name} = ${value}`);
  const source = [...traceback.matchAll(/line \d+(?:, in [^\n]*)?\n\s+([^\n]+)/g)].at(-1)?.[1];
  const place = line === null ? [] : [`  at line ${line}${source === undefined ? '' : `: ${source.trim()}`}`];
  return values.length === 0 ? place : [...place, `  where ${cut(values.join(', '), LONGEST_LOCALS)}`];
}

/** Nothing where the first failure says it all. */
function countParts({ checksFailed, checksPassed }: Verdict): string[] {
  if (checksFailed + checksPassed <= 1) return [];
  return [`${checksFailed} ${checksFailed === 1 ? 'check' : 'checks'} failed, ${checksPassed} passed.`];
}

/** Checks that call nothing (`assert True`) tell a model nothing; what a test calls its name may tell. */
function passedParts(passed: readonly Check[]): string[] {
  const shown = passed.filter(({ call, test }) => call !== null || test !== null).slice(0, MOST_PASSED);
  return shown.length === 0 ? [] : [`These passed and must still pass: ${shown.map(passedCheckText).join('; ')}`];
}

/** Indented, so that nothing that was printed reads like a line of the feedback. */
function outputParts(verdict: Verdict): string[] {
  const output = verdict.output.trim();
  return output === '' ? [] : [`It printed:\n  ${cut(output, LONGEST_OUTPUT).replaceAll('\n', '\n  ')}`];
}

function doing({ during, source }: Pick<Extract<Verdict, { kind: 'crashed' }>, 'during' | 'source'>): string {
  if (during === 'load') return 'Loading the code';
  return source === null ? 'The test' : `Checking ${source}`;
}

function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.round(seconds));
}

function renamed(verdict: Verdict, entryPoint: string): Verdict {
  const rename = (source: string) => withEntryPoint(source, entryPoint);
  const checks = mapChecks(verdict, (check) => ({ ...check, source: rename(check.source) }));
  return 'source' in checks && checks.source !== null ? { ...checks, source: rename(checks.source) } : checks;
}

function mapChecks(verdict: Verdict, change: (check: Check) => Check): Verdict {
  return { ...verdict, checks: verdict.checks.map(change) };
}

function withShortValues(check: Check): Check {
  const short = (text: string | null) => text && cut(text, LONGEST_VALUE_IN_LINE);
  return { ...check, call: short(check.call), actual: short(check.actual), expected: short(check.expected) };
}

/** Text without control characters (terminal escapes) and addresses. */
function readable(text: string): string {
  return text.replace(/[^\n\t]+/g, printable).replace(/ at 0x[\da-f]+/gi, '');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** As many of the parts as fit, in order; a part that does not fit is cut where it is the first. */
function fitted(parts: readonly string[], characters: number): string {
  const kept: string[] = [];
  let room = characters;
  for (const part of parts) {
    if (part.length > room && kept.length > 0) break;
    kept.push(cut(part, room));
    room -= part.length + 1;
  }
  return kept.join('\n');
}
