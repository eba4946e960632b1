import { allPairs, REPAIRS } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { firstError, isFailedDraft, isRuntimeError, isSolvedAfter, isWrongValue } from './outcomes.ts';
import { casesByTask, type Rate, rateOf } from './rates.ts';
import { pooledRows, type Rows } from './rows.ts';

/** What became of drafts that failed in one way, by refiner; the drafts are those of all generators. */
export interface FixLine {
  readonly error: string;
  readonly drafts: number;
  /** Of each refiner, the share fixed after the first repair and after all. */
  readonly byRefiner: Readonly<Record<string, { readonly first: Rate; readonly all: Rate }>>;
}

/** How the drafts of one generator failed first. */
export interface FailureLine {
  readonly generator: string;
  readonly drafts: number;
  readonly errors: Readonly<Record<string, number>>;
}

const FEWEST = 20;
const GROUPS: readonly (readonly [string, (row: TrialRow) => boolean])[] = [
  ['any', isFailedDraft],
  ['wrong value (AssertionError)', isWrongValue],
  ['runtime error', isRuntimeError],
];

/** The fix rates of groups of errors, then of each error with enough drafts; empty where a pair is missing. */
export function fixLines(rows: Rows, models: readonly string[]): FixLine[] {
  const byRefiner = models.map((refiner) => {
    const pairs = models.map((generator) => ({ generator, refiner }));
    return [refiner, pooledRows(rows, 'pairs', pairs)] as const;
  });
  const known = byRefiner.flatMap(([refiner, own]) => (own === null ? [] : [[refiner, own] as const]));
  if (known.length === 0) return [];
  const errors = errorCounts(known[0]![1]).filter(([name, count]) => count >= FEWEST && name !== 'AssertionError');
  const single = errors.map(([name]) => [name, (row: TrialRow) => firstError(row) === name] as const);
  return [...GROUPS, ...single].map(([error, isCase]) => fixLine(error, isCase, known));
}

function fixLine(
  error: string,
  isCase: (row: TrialRow) => boolean,
  refiners: readonly (readonly [string, readonly TrialRow[]])[],
): FixLine {
  const rates = refiners.map(([refiner, rows]) => {
    const first = rateOf(fixesByTask(rows, isCase, 1));
    return [refiner, { first, all: rateOf(fixesByTask(rows, isCase, REPAIRS)) }] as const;
  });
  return { error, drafts: rates[0]?.[1].first.of ?? 0, byRefiner: Object.fromEntries(rates) };
}

/** Failed drafts of a kind, and those of them that are solved after so many repairs. */
export function fixesByTask(rows: readonly TrialRow[], isCase: (row: TrialRow) => boolean, repairs: number) {
  return casesByTask(rows, isCase, (row) => isSolvedAfter(row, repairs));
}

/** First errors of each generator's drafts. */
export function failureLines(rows: Rows, models: readonly string[]): FailureLine[] {
  return models.flatMap((generator) => {
    const pair = allPairs(models).find((item) => item.generator === generator && rows('pairs', item) !== null);
    const own = pair === undefined ? null : rows('pairs', pair);
    return own === null ? [] : [{ generator, drafts: own.length, errors: Object.fromEntries(errorCounts(own)) }];
  });
}

function errorCounts(rows: readonly TrialRow[]): [string, number][] {
  const groups = Map.groupBy(rows.filter(isFailedDraft), (row) => firstError(row) ?? '');
  return [...groups].map(([name, own]): [string, number] => [name, own.length]).sort((a, b) => b[1] - a[1]);
}
