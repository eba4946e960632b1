import { printable } from '../base/printable.ts';
import type { Check, RaisedException, Verdict } from '../sandbox/verdict.ts';
import { SCRIPT } from '../tasks/script/script-case.ts';
import {
  exceptionText,
  failedCheckText,
  isNoCheck,
  oneLine,
  passedCheckText,
  statementOf,
  withEntryPoint,
} from './check-text.ts';
import { cut, cutBeforeLastLine, cutTogether } from './cut-text.ts';
import type { FeedbackDetail } from './pipeline-spec.ts';
import { calledAt, framesOf, stderrOf } from './traceback-text.ts';

const CHARACTERS_PER_TOKEN = 3.5;
const DEFAULT_TOKENS = 600;
/** The paper shows the first 1,000 characters of standard error. */
const PAPER_STDERR_CHARACTERS = 1000;
const MOST_FAILED = 5;
const MOST_PASSED = 5;
const LONGEST_OUTPUT = 300;
const LONGEST_OF_COMMAND = 1800;
const LONGEST_LOCALS = 300;
const LONGEST_LINE = 160;
const LONGEST_VALUE_IN_LINE = 60;
const LONGEST_CALL_IN_LIST = 100;
const LONGEST_PASSED = 160;
const LONGEST_SOURCE_IN_SENTENCE = 120;
/** The sandbox ends at so many failures, so that there may be more. */
const MOST_COUNTED = 50;

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
  const room = Math.floor(maxTokens * CHARACTERS_PER_TOKEN);
  const parts = detail === 'values' ? valuesParts(named) : tracebackParts(named, room);
  return fitted(parts.map(readable), room);
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
  if (verdict.kind === 'passed') return [headline(verdict), ...outputParts(verdict)];
  const failed = verdict.checks.filter((check) => !check.passed).slice(0, MOST_FAILED);
  const [first = [headline(verdict), ...placeOf(verdict)].join('\n'), ...others] = failureTexts(failed);
  const passed = passedParts(verdict.checks.filter((check) => check.passed));
  const output = outputParts(verdict);
  return printedInstead(verdict)
    ? [first, ...output, ...countParts(verdict), ...others, ...passed]
    : [first, ...countParts(verdict), ...others, ...passed, ...output];
}

/** Each failure with the place of its exception; checks that raised the very same are named with the first of them. */
function failureTexts(failed: readonly Check[]): string[] {
  const groups = [...Map.groupBy(failed, sameness).values()] as [Check, ...Check[]][];
  return groups.map(([first, ...same]) => {
    const calls = same.map(({ call, source }) => cut(oneLine(call ?? source), LONGEST_CALL_IN_LIST));
    const also = calls.length === 0 ? [] : [`  the same with ${calls.join('; ')}`];
    return [failedCheckText(first), ...(first.exception === null ? [] : placeLines(first.exception)), ...also].join(
      '\n',
    );
  });
}

/** The exception that the code raised in a call, with its line; of any other failure the check itself. */
function sameness(check: Check): string | Check {
  const { exception, actual, call, test } = check;
  if (exception === null || actual !== null || call === null || test !== null) return check;
  return `${exception.line} ${exceptionText(exception)}`;
}

/** True where what was printed may be what should have been returned. */
function printedInstead({ checks, output }: Verdict): boolean {
  const first = checks.find((check) => !check.passed);
  return output.trim() !== '' && first?.actual === 'None' && first.expected !== null;
}

function tracebackParts(verdict: Verdict, room: number): string[] {
  const failed = verdict.checks.filter((check) => !check.passed);
  const statements = [...new Set(failed.map(statementText))].slice(0, MOST_FAILED);
  const stderr = readable(stderrOf(verdict) ?? '').replace(/^\s*\n|^\s+$/, '') || readable(headline(verdict));
  const isPaper = room >= PAPER_STDERR_CHARACTERS;
  const text = isPaper ? stderr.slice(0, PAPER_STDERR_CHARACTERS) : cutBeforeLastLine(stderr, room);
  return [text, ...(statements.length > 0 ? [`Failed tests:\n${statements.join('\n')}`] : [])];
}

/** The statement of a failed check, with the test of a test file that it belongs to. */
function statementText(check: Check): string {
  const { test, source, actual } = check;
  if (isNoCheck(check)) return failedCheckText(check);
  if (test === null) return statementOf(check);
  return test === source ? test : `${test}: ${actual === null ? source : statementOf(check)}`;
}

function headline(verdict: Verdict): string {
  const [check] = verdict.checks;
  switch (verdict.kind) {
    case 'passed':
      return verdict.checksPassed === 0
        ? 'The code loads; there were no checks to run.'
        : `All checks passed (${verdict.checksPassed}).`;
    case 'failed':
      return check === undefined ? 'A check failed.' : failedCheckText(check);
    case 'raised':
      if (verdict.during === 'load') return loadText(verdict.exception);
      return check === undefined ? `A check raised ${exceptionText(verdict.exception)}` : failedCheckText(check);
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

function loadText(exception: RaisedException): string {
  const missing = missingName(exception);
  if (missing !== null) return `The code does not define ${oneLine(missing)}.`;
  const raised = `Loading the code raised ${exceptionText(exception)}`;
  return exception.type === 'ModuleNotFoundError' ? `${raised}: it is not installed, do without it` : raised;
}

/** The sandbox reports a function that is not there as a NameError in no line of the code. */
function missingName({ type, line, message }: RaisedException): string | null {
  const name = /^name '(.+)' is not defined$/.exec(message)?.[1];
  return type === 'NameError' && line === null && name !== undefined ? name : null;
}

function placeOf(verdict: Verdict): string[] {
  return 'exception' in verdict ? placeLines(verdict.exception) : [];
}

/** The candidate's own line, its local variables there, and the line that called its function. */
function placeLines(exception: RaisedException): string[] {
  const { line, locals, traceback } = exception;
  if (line === null) return [];
  const source = framesOf(traceback).at(-1)?.source;
  const values = Object.entries(locals).map(([name, value]) => `${name} = ${value}`);
  const caller = calledAt(exception);
  return [
    `  at line ${line}${source === undefined ? '' : `: ${source}`}`,
    ...(values.length === 0 ? [] : [`  where ${cut(oneLine(values.join(', ')), LONGEST_LOCALS)}`]),
    ...(caller === null ? [] : [`  called at line ${caller.line}: ${caller.source}`]),
  ];
}

/** Nothing where the first failure says it all. */
function countParts({ checksFailed, checksPassed }: Verdict): string[] {
  if (checksFailed + checksPassed <= 1) return [];
  const failed = `${checksFailed >= MOST_COUNTED ? 'At least ' : ''}${checksFailed}`;
  return [`${failed} ${checksFailed === 1 ? 'check' : 'checks'} failed, ${checksPassed} passed.`];
}

/** Checks that call nothing (`assert True`) tell a model nothing; what a test calls its name may tell. */
function passedParts(passed: readonly Check[]): string[] {
  const telling = passed.filter(({ call, test }) => call !== null || test !== null).map(passedCheckText);
  const shown = [...new Set(telling)].filter(({ length }) => length <= LONGEST_PASSED).slice(0, MOST_PASSED);
  return shown.length === 0 ? [] : [`These passed and must still pass: ${shown.join('; ')}`];
}

/** Indented, so that nothing that was printed reads like a line of the feedback; nothing where the tests called nothing. */
function outputParts(verdict: Verdict): string[] {
  const output = verdict.output.trim();
  if (output === '' || ('exception' in verdict && missingName(verdict.exception) !== null)) return [];
  const label = printedInstead(verdict) ? 'It gave None, but printed:' : 'It printed:';
  // Of a command nothing else is known.
  const longest = verdict.testedBy === 'command' ? LONGEST_OF_COMMAND : LONGEST_OUTPUT;
  return [`${label}\n  ${cut(output, longest).replaceAll('\n', '\n  ')}`];
}

function doing({ during, source }: Pick<Extract<Verdict, { kind: 'crashed' }>, 'during' | 'source'>): string {
  if (during === 'load') return 'Loading the code';
  return source === null ? 'The test' : `Checking ${cut(source, LONGEST_SOURCE_IN_SENTENCE)}`;
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
  const call = check.call && cut(check.call, LONGEST_VALUE_IN_LINE);
  if (check.actual === null || check.expected === null || check.actual === check.expected) {
    const short = (text: string | null) => text && cut(text, LONGEST_VALUE_IN_LINE);
    return { ...check, call, actual: short(check.actual), expected: short(check.expected) };
  }
  const [actual, expected] = cutTogether(check.actual, check.expected, LONGEST_VALUE_IN_LINE);
  return { ...check, call, actual, expected };
}

/** Text without control characters (terminal escapes) and addresses. */
function readable(text: string): string {
  return scriptWords(text.replace(/[^\n\t]+/g, printable).replace(/ at 0x[\da-f]+/gi, ''));
}

const SCRIPT_CALL = new RegExp(`${SCRIPT}\\((?:('(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*")\\)( == )?)?`, 'g');

/** The calls by which a script is tested, in words: `the input '1 2\n' gives '3'`. */
export function scriptWords(text: string): string {
  if (!text.includes(SCRIPT)) return text;
  return text.replace(
    SCRIPT_CALL,
    (_call, input: string = '', compares?: string) =>
      `the input ${input}${compares === undefined ? '' : ' gives '}`.trimEnd() + (compares === undefined ? '' : ' '),
  );
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
