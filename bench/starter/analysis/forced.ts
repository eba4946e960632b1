import type { TrialRow } from '../trial-row.ts';

/** What one forced iteration did, summed over trials. */
export interface Iteration {
  /** Trials whose program passes after it. */
  readonly passes: number;
  /** Trials that pass for the first time. */
  readonly newFixes: number;
  /** Trials that passed just before, and do no more. */
  readonly regressions: number;
}

/** Each iteration of pipelines that go on after a pass, counted as the paper does: the draft first, all its passes new. */
export function iterationsOf(rows: readonly TrialRow[], repairs: number): Iteration[] {
  return Array.from({ length: repairs + 1 }, (_, at) => ({
    passes: rows.filter((row) => passesAt(row, at)).length,
    newFixes: rows.filter((row) => isNewFix(row, at)).length,
    regressions: rows.filter((row) => isRegression(row, at)).length,
  }));
}

/** New fixes less regressions of one iteration in one trial. */
export function netValueAt(row: TrialRow, at: number): number {
  return Number(isNewFix(row, at)) - Number(isRegression(row, at));
}

/** Whether the draft passes. */
export function isInitiallyRight(row: TrialRow): boolean {
  return passesAt(row, 0);
}

/** Whether a later attempt fails. */
export function isBrokenOnce(row: TrialRow): boolean {
  return row.attempts.slice(1).some(({ passed }) => !passed);
}

/** Whether the last attempt passes less whether the draft does. */
export function rawGain(row: TrialRow): number {
  return Number(row.attempts.at(-1)?.passed === true) - Number(passesAt(row, 0));
}

function passesAt({ attempts }: TrialRow, at: number): boolean {
  return attempts[at]?.passed === true;
}

function isNewFix(row: TrialRow, at: number): boolean {
  return passesAt(row, at) && !row.attempts.slice(0, at).some(({ passed }) => passed);
}

function isRegression(row: TrialRow, at: number): boolean {
  return at > 0 && passesAt(row, at - 1) && !passesAt(row, at);
}
