import type { Verdict } from '../sandbox/verdict.ts';
import type { Attempt } from './trace.ts';

/**
 * Index of the best of some attempts (at least one): most checks passed, then in the largest group of programs that behave alike, then
 * the latest.
 */
export function bestAttempt(attempts: readonly Attempt[], groups: readonly (readonly number[])[]): number {
  const front = mostChecked(attempts);
  const alike = groups.map((group) => group.filter((index) => front.includes(index)));
  const largest = Math.max(0, ...alike.map(({ length }) => length));
  const leading = largest > 1 ? alike.find(({ length }) => length === largest) : front;
  return leading?.at(-1) ?? 0;
}

/** Indices of the attempts that passed most checks. */
export function mostChecked(attempts: readonly Attempt[]): number[] {
  const ranks = attempts.map(rank);
  const best = Math.max(...ranks);
  return attempts.filter((_, place) => ranks[place] === best).map(({ index }) => index);
}

/** Share of the checks that held, from 0 to 1. */
export function shareOfChecks({ verdict }: Attempt): number {
  if (verdict === null) return 0;
  if (verdict.kind === 'passed') return 1;
  return checksPassed(verdict) / Math.max(1, verdict.checksPassed + verdict.checksFailed);
}

/** Programs that pass come first, then by checks passed; one that is no program comes after all that are. */
function rank({ code, verdict }: Attempt): number {
  if (code.trim() === '') return -2;
  if (verdict === null) return 0;
  if (verdict.kind === 'passed') return Number.POSITIVE_INFINITY;
  return isProgram(verdict) ? checksPassed(verdict) : -1;
}

function checksPassed(verdict: Verdict): number {
  return isProgram(verdict) ? verdict.checksPassed : 0;
}

function isProgram({ kind }: Verdict): boolean {
  return kind !== 'syntax-error' && kind !== 'no-code';
}
