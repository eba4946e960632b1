import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, REPAIRS, selfPairs } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { meanOf, meansByTask } from './by-task.ts';
import { fixesByTask } from './fixes.ts';
import { netValue } from './iterations.ts';
import { isFailedDraft, isRuntimeError, isWrongValue, solvedAfter } from './outcomes.ts';
import { rateDifference } from './rates.ts';
import { rolesOf } from './roles.ts';
import { firstRepeats, measuredPairs, pooledRows, type Rows, repeatsOf } from './rows.ts';
import { runsOf } from './runs.ts';

export type Finding = 'confirmed' | 'not confirmed' | 'the other way round';

/** A claim of the paper, with the number that decides it: above zero where the claim holds. */
export interface Claim {
  readonly claim: string;
  /** What the number is. */
  readonly measure: string;
  readonly value: Interval;
  readonly finding: Finding;
}

/** The paper says 5 to 7 %. */
const FLATTERY = 0.05;

/** Confirmed where the whole interval is above zero, the other way round where all of it is below. */
export function findingOf({ low, high }: Interval): Finding {
  if (low > 0) return 'confirmed';
  return high < 0 ? 'the other way round' : 'not confirmed';
}

/** Every claim whose parts are there; the rules were written before the measurement. */
export function claimsOf(rows: Rows, models: readonly string[]): Claim[] {
  const all = pooledRows(rows, 'pairs', allPairs(models));
  const self = pooledRows(rows, 'pairs', selfPairs(models));
  const fresh = pooledRows(rows, 'neither', allPairs(models));
  const forced = allOf(rows, 'forced', models);
  const textOnly = allOf(rows, 'text-only', models);
  const claims: (Claim | null)[] = [
    self && claim('feedback helps', 'self pairs: solved after three repairs less at the draft', mean(self, gain)),
    claim(
      'feedback helps more than a fresh draft by the refiner (not in the paper)',
      'all pairs, failed drafts fixed by one answer: repairs less fresh drafts',
      all && fresh && fixedBeyond(firstRepeats(all, repeatsOf(fresh)), fresh),
    ),
    claim(
      'the refiner matters more than the generator',
      'worst to best refiner less worst to best generator, solved after three repairs',
      rolesOf(rows, models)?.difference ?? null,
    ),
    all &&
      claim(
        'most fixes come first',
        'all pairs: gain of the first repair less gain of the two others',
        mean(all, firstLessLater),
      ),
    all &&
      claim(
        'runtime errors are fixed more often than wrong values',
        'all pairs: share fixed after three repairs, runtime errors less AssertionErrors',
        rateDifference(fixesByTask(all, isRuntimeError, REPAIRS), fixesByTask(all, isWrongValue, REPAIRS)),
      ),
    forced &&
      claim(
        'without early stop iterations are net-negative',
        'regressions less new fixes in three forced iterations',
        mean(forced, (row) => -netValue(row)),
      ),
    textOnly &&
      claim(
        'text-only refinement does not help',
        'solved at the draft less after three reviews without a run',
        mean(textOnly, (row) => -gain(row)),
      ),
  ];
  return claims.filter((item) => item !== null);
}

/** How far the best single run of a pair is above the mean of its runs, as a share of it; averaged over the pairs. */
export function flatteryOf(rows: Rows, models: readonly string[]): { excess: number; finding: Finding } | null {
  const shares = measuredPairs(rows, 'pairs', allPairs(models)).map((item) => {
    const { best, mean: center } = runsOf(item.rows, REPAIRS);
    return best / center - 1;
  });
  if (shares.length === 0) return null;
  const excess = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { excess, finding: excess >= FLATTERY ? 'confirmed' : 'not confirmed' };
}

function fixedBeyond(repairs: readonly TrialRow[], fresh: readonly TrialRow[]): Interval | null {
  return rateDifference(fixesByTask(repairs, isFailedDraft, 1), fixesByTask(fresh, isFailedDraft, 1));
}

function claim(text: string, measure: string, value: Interval | null): Claim | null {
  return value === null ? null : { claim: text, measure, value, finding: findingOf(value) };
}

function allOf(rows: Rows, setting: string, models: readonly string[]): readonly TrialRow[] | null {
  const found = measuredPairs(rows, setting, allPairs(models));
  return found.length === 0 ? null : found.flatMap((item) => item.rows);
}

function mean(rows: readonly TrialRow[], value: (row: TrialRow) => number): Interval | null {
  return meanOf(meansByTask(rows, value));
}

function gain(row: TrialRow): number {
  return solvedAfter(REPAIRS)(row) - solvedAfter(0)(row);
}

function firstLessLater(row: TrialRow): number {
  const first = solvedAfter(1)(row) - solvedAfter(0)(row);
  return 2 * first - gain(row);
}
