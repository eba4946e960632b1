import { isRuntimeError as isRuntimeErrorType } from '../../../src/analysis/error-kinds.ts';
import type { TrialRow } from '../trial-row.ts';

/** Whether the answer after so many repairs passes the hidden tests; a trial that stopped earlier keeps its last answer. */
export function isSolvedAfter(row: TrialRow, repairs: number): boolean {
  return row.attempts[Math.min(repairs, row.attempts.length - 1)]?.passed === true && row.fault === null;
}

/** The same as a number, for means. */
export function solvedAfter(repairs: number): (row: TrialRow) => number {
  return (row) => Number(isSolvedAfter(row, repairs));
}

/** The type of the error that the draft showed on the visible examples; null where it passed them or was not run. */
export function firstError(row: TrialRow): string | null {
  return row.attempts[0]?.seen?.error ?? null;
}

/** Whether a draft failed the visible examples, so that a refiner was asked. */
export function isFailedDraft(row: TrialRow): boolean {
  return firstError(row) !== null;
}

/** Whether the draft ran, and an example did not hold. */
export function isWrongValue(row: TrialRow): boolean {
  return firstError(row) === 'AssertionError';
}

/** Whether the draft is valid Python that raised an exception: NameError, TypeError and the like. */
export function isRuntimeError(row: TrialRow): boolean {
  const error = firstError(row);
  return error !== null && isRuntimeErrorType(error);
}
