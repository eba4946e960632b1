import { InvalidArgumentError } from 'commander';
import { isFunctionName } from '../../tasks/entry-point.ts';
import { TEST_MODES, type TestMode } from '../../tasks/test-program.ts';

/** What `--tests` and `--test-mode` say of themselves. */
export const TESTS_HELP =
  'check(candidate) or plain asserts (run by the judge), or a test file: pytest, unittest, test functions; for a script: cases with input and output (.yaml, .json, .jsonl, or a folder of NAME.in and NAME.out)';
export const TEST_MODE_HELP =
  'judge, or program (a whole test file that runs in the process of the code); default: what the tests look like';

const LONGEST_SECONDS = 86_400;

/** Parses a whole number of 1 or more, for commander. */
export function wholeNumber(text: string): number {
  return integer(text, 1, 'expected a whole number of 1 or more.');
}

/** Parses a seed: a whole number of 0 or more. */
export function seedNumber(text: string): number {
  return integer(text, 0, 'expected a whole number of 0 or more.');
}

/** Parses how sure a decision has to be: above 0.5, 1 at most. */
export function probability(text: string): number {
  const number = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (number > 0.5 && number <= 1) return number;
  throw new InvalidArgumentError('expected a probability above 0.5, 1 at most.');
}

/** Parses a temperature: from 0 to 2. */
export function temperature(text: string): number {
  const number = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : -1;
  if (number >= 0 && number <= 2) return number;
  throw new InvalidArgumentError('expected a temperature from 0 to 2.');
}

/** Parses a limit in seconds: above 0, a day at most. */
export function limitSeconds(text: string): number {
  const seconds = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new InvalidArgumentError(`expected seconds above 0, ${LONGEST_SECONDS} at most.`);
}

/** Parses how long to wait, in seconds: 0 or more, a day at most. */
export function waitSeconds(text: string): number {
  const seconds = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : -1;
  if (seconds >= 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new InvalidArgumentError(`expected seconds of 0 or more, ${LONGEST_SECONDS} at most.`);
}

function integer(text: string, least: number, expected: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : -1;
  if (!Number.isSafeInteger(number) || number < least) throw new InvalidArgumentError(expected);
  return number;
}

/** Parses the name of a Python function. */
export function functionName(text: string): string {
  if (isFunctionName(text)) return text;
  throw new InvalidArgumentError('expected the name of a Python function.');
}

/** Parses how tests are run. */
export function testMode(text: string): TestMode {
  const mode = TEST_MODES.find((name) => name === text);
  if (mode !== undefined) return mode;
  throw new InvalidArgumentError(`expected ${TEST_MODES.join(' or ')}.`);
}

/** Parses the path of a file or folder. */
export function path(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('expected a path, got none.');
}

const MOST_PORT = 65_535;

/** Parses a port to listen on; 0 is any free one. */
export function portNumber(text: string): number {
  const expected = `expected a port from 1 to ${MOST_PORT}, or 0 for any free one.`;
  const port = integer(text, 0, expected);
  if (port > MOST_PORT) throw new InvalidArgumentError(expected);
  return port;
}

/** Gathers the values of an option that may be repeated. */
export function collect(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

/** Parses an option that may be given once only. */
export function once(text: string, previous: string | undefined): string {
  if (previous === undefined) return text;
  throw new InvalidArgumentError('expected it once; for several models write a --pipeline file each.');
}

/** Parses minutes: above 0, a week at most. */
export function minutes(text: string): number {
  const number = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= 7 * 24 * 60) return number;
  throw new InvalidArgumentError('expected minutes above 0, a week at most.');
}

/** Parses a margin in points, above 0, 100 at most; gives it as a share. */
export function points(text: string): number {
  const number = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= 100) return number / 100;
  throw new InvalidArgumentError('expected points above 0, 100 at most.');
}
