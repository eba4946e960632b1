import type { Interval } from '../../../src/statistics/interval.ts';
import type { Pair } from '../parts.ts';
import { allPairs } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import type { Wording } from '../wordings.ts';
import { fixesByTask } from './fixes.ts';
import { isFailedDraft, isRuntimeError, isWrongValue } from './outcomes.ts';
import { type Rate, rateDifference, rateOf } from './rates.ts';
import { pooledRows, type Rows } from './rows.ts';

/** Where the trials of each wording are; the first repair of the main table is the full one. */
const SETTINGS: Readonly<Record<Wording, string>> = {
  full: 'pairs',
  'no-error': 'no-error',
  'no-code': 'no-code',
  neither: 'neither',
};
export const WORDINGS = Object.keys(SETTINGS) as Wording[];

/** One repair of the same failed drafts under each wording. */
export interface AblationLine {
  /** Null for all refiners together. */
  readonly refiner: string | null;
  readonly drafts: 'all' | 'wrong values' | 'runtime errors';
  readonly rates: Readonly<Record<Wording, Rate>>;
  /** The full wording's share less that of each other one. */
  readonly lost: Readonly<Partial<Record<Wording, Interval | null>>>;
}

/** Each refiner on the drafts of all generators, then all refiners together, then these by kind of first error. */
export function ablationLines(rows: Rows, models: readonly string[]): AblationLine[] {
  const ofRefiner = (refiner: string) => models.map((generator) => ({ generator, refiner }));
  const each = models.map((refiner) => ablationLine(rows, ofRefiner(refiner), { refiner, drafts: 'all' }));
  const together = (['all', 'wrong values', 'runtime errors'] as const).map((drafts) =>
    ablationLine(rows, allPairs(models), { refiner: null, drafts }),
  );
  return [...each, ...together].filter((line) => line !== null);
}

const KINDS: Readonly<Record<AblationLine['drafts'], (row: TrialRow) => boolean>> = {
  all: isFailedDraft,
  'wrong values': isWrongValue,
  'runtime errors': isRuntimeError,
};

function ablationLine(
  rows: Rows,
  pairs: readonly Pair[],
  label: Pick<AblationLine, 'refiner' | 'drafts'>,
): AblationLine | null {
  const isCase = KINDS[label.drafts];
  const found = WORDINGS.map((wording) => [wording, pooledRows(rows, SETTINGS[wording], pairs)] as const);
  const known = found.flatMap(([wording, own]) =>
    own === null ? [] : [[wording, fixesByTask(own, isCase, 1)] as const],
  );
  const full = known[0]?.[1];
  if (full === undefined || known.length < WORDINGS.length) return null;
  return {
    ...label,
    rates: Object.fromEntries(known.map(([wording, cases]) => [wording, rateOf(cases)])) as AblationLine['rates'],
    lost: Object.fromEntries(known.slice(1).map(([wording, cases]) => [wording, rateDifference(full, cases)])),
  };
}
