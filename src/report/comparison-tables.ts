import type { Comparison, TestedDifference } from '../analysis/comparison.ts';
import { count } from '../base/count.ts';
import type { RepeatsNeeded } from '../statistics/power.ts';
import { type Column, type Note, pointsColumn, row, shareColumn, type Table, textColumn } from './table.ts';

/** What an interval is for: tasks like these, or these alone, where only the draws vary. */
export const INTERVALS = ['tasks', 'draws'] as const;
export type IntervalOf = (typeof INTERVALS)[number];

/** How the heading of a column says what its intervals are for. */
export function intervalName(intervalOf: IntervalOf): string {
  return intervalOf === 'tasks' ? '95 %' : '95 %, draws';
}

/** A column of p-values. */
export function pValueColumn(name: string): Column {
  return { name, kind: 'p-value', unit: null };
}

/** Tokens of one trial of a pipeline; null where nothing is known of them. */
export type TokensOf = (pipeline: string) => number | null;

/** How much more of the trials passed than with the first pipeline, in points, on the same tasks and repeats. */
export function comparisonTable(comparisons: readonly Comparison[], intervalOf: IntervalOf, tokens?: TokensOf): Table {
  const baselines = new Set(comparisons.map(({ baseline }) => baseline));
  const [baseline = ''] = baselines;
  const tested = comparisons.map((comparison) => testedBy(comparison, intervalOf));
  return {
    title: baselines.size === 1 ? `Compared with ${baseline}` : 'Each pipeline compared with itself',
    columns: [
      textColumn('pipeline'),
      pointsColumn('points', intervalName(intervalOf)),
      pValueColumn('p (Holm)'),
      textColumn('verdict'),
    ],
    rows: comparisons.map(({ pipeline, difference }, index) => {
      const own = tested[index] ?? null;
      return row(
        pipeline,
        own === null ? (difference?.mean ?? null) : own.difference,
        own?.correctedP ?? null,
        own?.verdict ?? null,
      );
    }),
    notes: [
      ...comparisons.filter(({ leftOut }) => leftOut > 0).map(leftOutNote),
      ...correctionNote(tested),
      ...looksNote(comparisons),
      ...comparisons.flatMap((comparison) => equivalenceNote(comparison, { intervalOf, tokens })),
    ],
  };
}

/** What the table says of one comparison; null where draws are asked for and a task has too few of them. */
function testedBy(comparison: Comparison, intervalOf: IntervalOf): TestedDifference | null {
  return intervalOf === 'tasks' ? comparison : comparison.here;
}

/** A share in points. */
export function pointsOf(share: number): string {
  return count(Number((100 * share).toFixed(4)), 'point');
}

interface EquivalenceOptions {
  readonly intervalOf: IntervalOf;
  readonly tokens: TokensOf | undefined;
}

/** Whether a pipeline is as good as the first within the margin, and then, where that is known, for how many tokens. */
function equivalenceNote(comparison: Comparison, { intervalOf, tokens }: EquivalenceOptions): Note[] {
  const { pipeline: about, baseline } = comparison;
  const { verdict, equivalence } = testedBy(comparison, intervalOf) ?? {};
  if (!equivalence || verdict === 'better') return [];
  const margin = pointsOf(equivalence.margin);
  if (equivalence.verdict === 'not shown') return [{ about, text: `not shown to be equivalent within ${margin}` }];
  const [own, first] = [tokens?.(about), tokens?.(baseline)];
  const price = own && first ? `, with ${(own / first).toFixed(2)} times the tokens of ${baseline}` : '';
  const how = equivalence.verdict === 'equivalent' ? `equivalent within ${margin}` : `at most ${margin} worse`;
  return [{ about, text: how + price }];
}

/** Where somebody looked at some of the trials before the others were measured. */
export function looksNote(comparisons: readonly Pick<Comparison, 'looks'>[]): Note[] {
  const most = Math.max(0, ...comparisons.map(({ looks }) => looks));
  if (most < 2) return [];
  return [
    `these trials were compared ${most} times while they grew; intervals, p and verdicts are corrected for that, so they hold for all of these looks together`,
  ];
}

/** Where the correction alone makes a verdict differ from its interval. */
function correctionNote(tested: readonly (TestedDifference | null)[]): Note[] {
  const isCorrectedAway = (own: TestedDifference | null) =>
    own !== null && own.p <= 0.05 && own.verdict === 'no difference shown';
  if (!tested.some(isCorrectedAway)) return [];
  return [
    `an interval is for its own comparison; p (Holm) and the verdict are corrected for all ${tested.length} comparisons`,
  ];
}

function leftOutNote({ pipeline, pairs, leftOut }: Comparison): Note {
  const others = leftOut === 1 ? 'the other one has' : 'the others have';
  return {
    about: pipeline,
    text: `compared in ${pairs} of ${pairs + leftOut} pairs; ${others} a trial that faulted or is missing`,
  };
}

/** Where no difference was shown: the smallest one that such a run detects, and over tasks what it would take to detect the one seen. */
export function powerTable(comparisons: readonly Comparison[], intervalOf: IntervalOf): Table {
  const isOfTasks = intervalOf === 'tasks';
  return {
    title: 'No difference shown: the smallest difference this run could detect',
    columns: [
      textColumn('pipeline'),
      pointsColumn('minimum detectable difference,', null),
      ...(isOfTasks ? [{ ...shareColumn('from tasks', null), digits: 0 }, textColumn('repeats needed')] : []),
    ],
    rows: comparisons.flatMap((comparison) => {
      const { verdict, smallestShown = null } = testedBy(comparison, intervalOf) ?? {};
      if (verdict !== 'no difference shown' || smallestShown === null) return [];
      return [
        row(
          comparison.pipeline,
          smallestShown,
          ...(isOfTasks ? [comparison.taskPart, repeatsText(comparison.repeatsNeeded)] : []),
        ),
      ];
    }),
    notes: [
      'with 80 % power, by simulation, before the correction for several comparisons',
      ...(isOfTasks
        ? [
            'from tasks: the part of the uncertainty that only more tasks lower; more repeats lower the rest',
            'repeats needed: if the true difference is as large as its interval allows; a smaller one needs more',
          ]
        : []),
    ],
  };
}

function repeatsText(needed: RepeatsNeeded | null): string | null {
  if (needed === null) return null;
  const { least, most } = needed;
  if (least === 'more tasks' || least === most) return String(least);
  return most === null
    ? `at least ${least}`
    : `${least} to ${most === 'more tasks' ? 'more than repeats can show' : most}`;
}
