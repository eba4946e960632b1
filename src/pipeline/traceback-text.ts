import type { Check, RaisedException, Verdict } from '../sandbox/verdict.ts';
import { isNoCheck, statementOf } from './check-text.ts';

/** A frame of the candidate in a traceback. */
interface Frame {
  readonly line: number;
  readonly source: string;
}

/** The frames of the candidate, the innermost last. */
export function framesOf(traceback: string): Frame[] {
  const frames = traceback.matchAll(/^ {2}File "<candidate>", line (\d+)(?:, in .*)?\n +(.+)/gm);
  return [...frames].map(([, line, source = '']) => ({ line: Number(line), source: source.trim() }));
}

/** Where the function was called in which an exception came up; null where the tests called it, or it called itself there. */
export function calledAt({ line, traceback }: RaisedException): Frame | null {
  return framesOf(traceback).findLast((frame) => frame.line !== line) ?? null;
}

/** What Python would have written to standard error for the first failure; null where it would have written nothing. */
export function stderrOf(verdict: Verdict): string | null {
  const check = verdict.checks.find((item) => !item.passed);
  if (check === undefined) return 'exception' in verdict ? verdict.exception.traceback : null;
  // What a test file raised has the frames of the file already.
  if (verdict.testedBy !== 'judge' && check.exception !== null) return check.exception.traceback;
  return isNoCheck(check) ? null : tracebackOf(check);
}

function tracebackOf(check: Check): string {
  const { test, exception } = check;
  const head = `Traceback (most recent call last):\n  File "<tests>", in ${test ?? '<module>'}\n    ${statementOf(check)}\n`;
  return `${head}${exception === null ? 'AssertionError\n' : exception.traceback.replace(/^Traceback.*\n/, '')}`;
}
