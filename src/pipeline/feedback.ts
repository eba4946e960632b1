import type { Check, RaisedException, Verdict } from '../sandbox/verdict.ts';
import type { FeedbackDetail } from './pipeline-spec.ts';

const CHARACTERS_PER_TOKEN = 3.5;
const DEFAULT_TOKENS = 600;
/** The paper shows the first 1,000 characters of standard error. */
const PAPER_STDERR_CHARACTERS = 1000;
const MOST_FAILED = 5;
const MOST_PASSED = 5;
const MOST_OUTPUT = 300;

/** The text made of a Verdict for an analyzer or a refiner; the most useful part first, cut at about `maxTokens`. */
export function feedbackOf(verdict: Verdict, detail: FeedbackDetail, maxTokens = DEFAULT_TOKENS): string {
  const parts = detail === 'values' ? valuesParts(verdict) : tracebackParts(verdict);
  return fitted(parts, Math.floor(maxTokens * CHARACTERS_PER_TOKEN));
}

/** One line for people: what failed. */
export function failureLine(verdict: Verdict): string {
  const line = headline(verdict).split('\n')[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
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
  const failed = verdict.checks.filter((check) => !check.passed);
  if (verdict.kind === 'passed' || failed.length === 0)
    return [headline(verdict), ...exceptionParts(verdict), ...outputParts(verdict)];
  const total = verdict.checksPassed + verdict.checksFailed;
  return [
    ...failed.slice(0, 1).map(checkText),
    `${verdict.checksFailed} of ${total} checks failed.`,
    ...failed.slice(1, MOST_FAILED).map(checkText),
    ...passedParts(verdict.checks.filter((check) => check.passed)),
    ...outputParts(verdict),
  ];
}

function tracebackParts(verdict: Verdict): string[] {
  const failed = verdict.checks.filter((check) => !check.passed);
  const asserts = failed.map((check) => `assert ${check.source}`);
  const text = stderrText(verdict).slice(0, PAPER_STDERR_CHARACTERS);
  return [text, ...(asserts.length > 0 ? [`Failed tests:\n${asserts.slice(0, MOST_FAILED).join('\n')}`] : [])];
}

/** What Python would have written to standard error for the first failure. */
function stderrText(verdict: Verdict): string {
  const check = verdict.checks.find((item) => !item.passed);
  if (check === undefined) return 'exception' in verdict ? verdict.exception.traceback : headline(verdict);
  const frame = `  File "<tests>", in <module>\n    assert ${check.source}\n`;
  if (check.exception === null) return `Traceback (most recent call last):\n${frame}AssertionError\n`;
  const [first, ...rest] = check.exception.traceback.split('\n');
  const isWhole = first?.startsWith('Traceback') ?? false;
  return `Traceback (most recent call last):\n${frame}${(isWhole ? rest : [first, ...rest]).join('\n')}`;
}

function headline(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'passed':
      return verdict.checksPassed === 0
        ? 'The code loads; there were no checks to run.'
        : `All ${verdict.checksPassed} checks passed.`;
    case 'failed':
      return checkText(verdict.checks[0] as Check);
    case 'raised':
      return verdict.during === 'load'
        ? `Loading the code raised ${named(verdict.exception)}`
        : checkText(verdict.checks[0] as Check);
    case 'syntax-error':
      return `The code is not valid Python: ${named(verdict.exception)}${atLine(verdict.exception)}`;
    case 'no-code':
      return 'The answer contained no Python code.';
    case 'timed-out':
      return `${doing(verdict.source)} did not end within ${verdict.limitSeconds} s; there may be an endless loop.`;
    case 'out-of-memory':
      return `${doing(verdict.source)} ran out of memory.`;
    case 'crashed':
      return `${doing(verdict.source)} ended the Python process (${verdict.reason}).`;
  }
}

function exceptionParts(verdict: Verdict): string[] {
  if (verdict.kind === 'syntax-error') return [verdict.exception.traceback.trimEnd()];
  return verdict.kind === 'raised' ? exceptionLines(verdict.exception) : [];
}

function checkText(check: Check): string {
  if (check.exception !== null) return [raisedText(check), ...exceptionLines(check.exception)].join('\n');
  if (check.call === null || check.actual === null) return `this does not hold: ${check.source}`;
  if (check.operator === '==') return equalityText(check);
  if (check.operator === null) return `this does not hold: ${check.source} (its value is ${check.actual})`;
  return `this does not hold: ${check.source} (got ${check.actual} ${check.operator} ${check.expected}; the call was ${check.call})`;
}

function equalityText(check: Check): string {
  const isBareCall = check.source.replace(/\s/g, '').startsWith(`${(check.call ?? '').replace(/\s/g, '')}==`);
  const subject =
    isBareCall || check.source.startsWith('candidate(') ? check.call : `${leftSide(check.source)} with ${check.call}`;
  return `${subject} gave ${check.actual}, expected ${check.expected}`;
}

function leftSide(source: string): string {
  return source.split('==')[0]?.trim() ?? source;
}

function raisedText(check: Check): string {
  const exception = named(check.exception as RaisedException);
  if (check.call === null) return `${check.source} raised ${exception}`;
  return check.actual === null
    ? `${check.call} raised ${exception}`
    : `${check.call} gave ${check.actual}, and then ${check.source} raised ${exception}`;
}

/** The candidate's own line and its local variables. */
function exceptionLines(exception: RaisedException): string[] {
  const locals = Object.entries(exception.locals).map(([name, value]) => `${name} = ${value}`);
  const source = exception.traceback.match(/line \d+, in [^\n]*\n\s+([^\n]+)(?![\s\S]*line \d+, in )/)?.[1];
  return [
    ...(exception.line === null
      ? []
      : [`  at line ${exception.line}${source === undefined ? '' : `: ${source.trim()}`}`]),
    ...(locals.length === 0 ? [] : [`  where ${locals.join(', ')}`]),
  ];
}

function passedParts(passed: readonly Check[]): string[] {
  if (passed.length === 0) return [];
  return [
    `These hold and must stay so: ${passed
      .slice(0, MOST_PASSED)
      .map((check) => check.call ?? check.source)
      .join('; ')}`,
  ];
}

function outputParts(verdict: Verdict): string[] {
  const output = verdict.output.trim();
  return output === '' ? [] : [`It printed: ${output.slice(0, MOST_OUTPUT)}`];
}

function named({ type, message }: RaisedException): string {
  return message === '' ? type : `${type}: ${message}`;
}

function atLine({ line }: RaisedException): string {
  return line === null ? '' : ` (line ${line})`;
}

function doing(source: string | null): string {
  return source === null ? 'Loading the code' : `Checking ${source}`;
}

/** As many of the parts as fit, in order; a part that does not fit is cut where it is the first. */
function fitted(parts: readonly string[], characters: number): string {
  const kept: string[] = [];
  let room = characters;
  for (const part of parts) {
    if (part.length > room && kept.length > 0) break;
    kept.push(part.length > room ? `${part.slice(0, room)}…` : part);
    room -= part.length + 1;
  }
  return kept.join('\n');
}
