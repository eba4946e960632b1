import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, REPAIRS, selfPairs } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { difference, meanOf, meansByTask } from './by-task.ts';
import { fixesByTask } from './fixes.ts';
import { netValue } from './iterations.ts';
import { isFailedDraft, isRuntimeError, isWrongValue, solvedAfter } from './outcomes.ts';
import { rateDifference } from './rates.ts';
import { rolesOf } from './roles.ts';
import { measuredPairs, pooledRows, type Rows } from './rows.ts';
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

/** Every claim whose parts are there. The rules were written before the measurement, but for those marked as added while it ran. */
export function claimsOf(rows: Rows, models: readonly string[]): Claim[] {
  const all = pooledRows(rows, 'pairs', allPairs(models));
  const self = pooledRows(rows, 'pairs', selfPairs(models));
  const fresh = pooledRows(rows, 'neither', allPairs(models));
  const forced = allOf(rows, 'forced', models);
  const textOnly = allOf(rows, 'text-only', models);
  const claims: (Claim | null)[] = [
    self &&
      claim(
        'a loop with feedback solves more than a draft alone',
        'self pairs: solved after three repairs less at the draft',
        mean(self, gain),
      ),
    claim(
      'a repair fixes more than a fresh draft by the refiner (not in the paper)',
      'all pairs, share of failed drafts fixed by one answer: repairs less fresh drafts',
      all && fresh && rateDifference(fixesByTask(all, isFailedDraft, 1), fixesByTask(fresh, isFailedDraft, 1)),
    ),
    claim(
      'three repairs solve more than three fresh drafts (added; not in the paper)',
      'solved with repairs less with fresh drafts by the refiner until the examples pass',
      beyondFreshDrafts(rows, models),
    ),
    claim(
      'another model repairs better than the one that drafted (added; in the paper they are equal)',
      'all pairs: solved after three repairs, two models less one',
      all && self && beyondSelf(rows, models),
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

/** On the same drafts, of those pairs that have both. */
function beyondFreshDrafts(rows: Rows, models: readonly string[]): Interval | null {
  const both = measuredPairs(rows, 'fresh-drafts', allPairs(models)).flatMap(({ pair, rows: fresh }) => {
    const repaired = rows('pairs', pair);
    return repaired === null ? [] : [{ repaired, fresh }];
  });
  if (both.length === 0) return null;
  const [ours, theirs] = (['repaired', 'fresh'] as const).map((kind) =>
    meansByTask(
      both.flatMap((item) => item[kind]),
      solvedAfter(REPAIRS),
    ),
  );
  return meanOf(difference(ours!, theirs!));
}

/** Every model stands as often in each role on both sides. */
function beyondSelf(rows: Rows, models: readonly string[]): Interval | null {
  const crossPairs = allPairs(models).filter(({ generator, refiner }) => generator !== refiner);
  const [cross, self] = [crossPairs, selfPairs(models)].map((pairs) => pooledRows(rows, 'pairs', pairs));
  if (cross == null || self == null) return null;
  return meanOf(difference(meansByTask(cross, solvedAfter(REPAIRS)), meansByTask(self, solvedAfter(REPAIRS))));
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
