import type { Check, RaisedException } from '../sandbox/verdict.ts';

/** What a failed check showed, in one sentence: its test where it has one, the call, what it gave and what was expected. */
export function failedCheckText(check: Check): string {
  const { test, source } = check;
  return oneLine(test === null || test === source ? failureText(check) : `${test}: ${failureText(check)}`);
}

function failureText(check: Check): string {
  if (check.exception !== null) return raisedText(check, check.exception);
  if (check.actual === null) return `this does not hold: ${check.source}`;
  return check.operator === null ? truthText(check) : comparisonText(check);
}

/** A check that passed: the assertion itself, or the call where the assertion only makes sense inside of its test. */
export function passedCheckText({ source, call }: Check): string {
  return oneLine(call === null || showsCall(source, call) || !usesNames(source) ? source : call);
}

/** The statement of a test, whose source is that of an assertion or of any other line of it. */
export function statementOf({ source }: Check): string {
  const isOther = STATEMENT.test(source) || sidesOf(source, '=') !== null;
  return isOther ? source : `assert ${source}`;
}

const STATEMENT = /^(?:for|while|with|if|try|return|import|from|del|raise|def|class|global)\b/;

/** True where a test reached none of its assertions with what the code gave it. */
export function isNoCheck({ source }: Check): boolean {
  return NO_ASSERTION.test(source);
}

/** An exception as the last line of a traceback names it, on one line. */
export function exceptionText({ type, message }: RaisedException): string {
  const line = oneLine(message);
  return line === '' ? type : `${type}: ${line}`;
}

/** Text without the line breaks that a representation of the code's own may have, so that it cannot pose as other lines. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, (blanks) => (blanks.includes('\n') ? ' ' : blanks)).trim();
}

/** The source of a check with the function's real name where the test calls it `candidate`, but not inside of strings. */
export function withEntryPoint(source: string, entryPoint: string): string {
  return source.replace(
    /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|'(?:[^'\\]|\\[\s\S]?)*(?:'|$)|(?<![\w.])candidate(?!\w)/g,
    (token) => (token === 'candidate' ? entryPoint : token),
  );
}

/** True for an assertion of a test file of whose values only a message is known: `DID NOT RAISE`, `pytest.fail("...")`. */
function isOfTest({ test }: Check, { type, line }: RaisedException): boolean {
  return test !== null && line === null && (type === 'AssertionError' || type === 'Failed');
}

function raisedText(check: Check, exception: RaisedException): string {
  const { source, call, actual } = check;
  if (isOfTest(check, exception))
    return `this does not hold: ${source} (${oneLine(exception.message) || 'no message'})`;
  const raised = `raised ${exceptionText(exception)}`;
  if (call === null) return `${source} ${raised}`;
  return actual === null ? `${call} ${raised}` : `${call} gave ${actual}, and then ${source} ${raised}`;
}

/** The sandbox's words for it. */
const NO_ASSERTION = /^the test program, which made no check/;

function truthText(check: Check): string {
  const { source, call, actual } = check;
  if (isNoCheck(check)) return `${call ?? 'the code'} gave ${actual}, with which the tests reach no check`;
  if (call !== null && isCallOf(source, call)) return `${call} gave ${actual}, expected a true value`;
  if (call !== null && isCallOf(source.replace(/^not\s+/, ''), call)) {
    return `${call} gave a true value, expected a false one`;
  }
  return `${source} is ${actual}, expected a true value${callNote(check)}`;
}

function comparisonText(check: Check): string {
  const { source, call, actual, operator, expected } = check;
  const [left, right] = sidesOf(source, operator as string) ?? [source, ''];
  if (call !== null && isCallOf(left, call) && !right.includes(`${calleeOf(call)}(`)) {
    return `${call} gave ${actual}, ${expectation(check, right)}`;
  }
  if (operator === '==' && call !== null && isCallOf(right, call) && !/\w\(/.test(left)) {
    return `${call} gave ${expected}, ${expectation({ ...check, actual: expected, expected: actual }, left)}`;
  }
  const verb = left.includes('(') ? 'gave' : 'is';
  return `${left} ${verb} ${actual}, ${expectation(check, right)}${callNote(check)}`;
}

function expectation({ source, operator, actual, expected }: Check, right: string): string {
  if (operator !== '==') {
    const isShown = expected === null || plain(right) === plain(expected) || Number(right) === Number(expected);
    return `expected ${source}${isShown ? '' : `, where ${right} is ${expected}`}`;
  }
  if (actual === null || expected === null || actual === expected) {
    return 'which looks like the expected value but is not equal to it';
  }
  return `expected ${expected}${typeNote(actual, expected)}`;
}

/** Names the types of two values that differ in nothing else: 3 and '3', (1, 2) and [1, 2]. */
function typeNote(actual: string, expected: string): string {
  const [one, other] = [typeOf(actual), typeOf(expected)];
  if (one === null || other === null || one === other || inner(actual) !== inner(expected)) return '';
  return ` (${other}, not ${one})`;
}

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^['"]/, 'str'],
  [/^b['"]/, 'bytes'],
  [/^\[/, 'list'],
  [/^\((?:\)$|.*,)/, 'tuple'],
  [/^\{[^:]+\}$/, 'set'],
  [/^(?:True|False)$/, 'bool'],
  [/^-?\d+$/, 'int'],
  [/^-?\d+\.\d+$/, 'float'],
  [/^None$/, 'None'],
];

function typeOf(text: string): string | null {
  return TYPES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function inner(text: string): string {
  return text.replace(/^b?['"[({]|,?['"\])}]$/g, '');
}

function callNote({ source, call }: Check): string {
  return call === null || showsCall(source, call) ? '' : ` (the call was ${call})`;
}

/** True where an expression has names besides those of the functions that it calls. */
function usesNames(source: string): boolean {
  const words =
    source.match(
      /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|'(?:[^'\\]|\\[\s\S]?)*(?:'|$)|(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\(|\s*=[^=])/g,
    ) ?? [];
  return words.some((word) => !/^["']|^(?:True|False|None|not|in|is|and|or)$/.test(word));
}

function showsCall(source: string, call: string): boolean {
  return plain(source).includes(plain(call));
}

/** Text without what does not matter between two ways to write one expression. */
function plain(text: string): string {
  return text.replace(/\s/g, '').replaceAll('"', "'");
}

function calleeOf(call: string): string {
  return call.slice(0, call.indexOf('('));
}

/** True where an expression is nothing but one call of the function that `call` calls; a call cut short counts. */
function isCallOf(expression: string, call: string): boolean {
  const callee = calleeOf(call);
  if (!expression.startsWith(`${callee}(`)) return false;
  const end = endOfBracket(expression.slice(callee.length));
  return end === null || callee.length + end === expression.length;
}

const TOKENS =
  /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|'(?:[^'\\]|\\[\s\S]?)*(?:'|$)|[([{]|[)\]}]|[!=<>]=|[=<>]|(?<!\w)(?:is not|not in|is|in)(?!\w)/g;

/** Where the bracket that a text begins with ends; null where it does not. */
function endOfBracket(text: string): number | null {
  for (const { token, depth, index } of tokensOf(text)) if (depth === 0) return index + token.length;
  return null;
}

/** What stands left and right of a comparison operator outside of brackets and strings; null where it is not found. */
function sidesOf(source: string, operator: string): [string, string] | null {
  for (const { token, depth, index } of tokensOf(source)) {
    if (depth === 0 && token === operator) {
      return [source.slice(0, index).trim(), source.slice(index + token.length).trim()];
    }
  }
  return null;
}

/** Brackets, strings and operators, each with the depth of brackets behind it. */
function* tokensOf(text: string) {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (/^[([{]$/.test(token)) depth += 1;
    if (/^[)\]}]$/.test(token)) depth -= 1;
    yield { token, depth, index };
  }
}
