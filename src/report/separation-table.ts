import type { Analysis } from '../analysis/analyze-run.ts';
import type { PaperNumbers } from '../analysis/paper.ts';
import type { Separation } from '../analysis/separations.ts';
import { looksNote, pValueColumn } from './comparison-tables.ts';
import { publishedRow } from './published.ts';
import { type Column, grouped, type Note, pointsColumn, type Row, row, type Table, textColumn } from './table.ts';

/** How many more tasks a repeat solves. */
export const SOLVED_DIFFERENCE: Column = { name: 'solved', kind: 'difference', unit: 'tasks' };
/** The paper's effect size. */
export const SIGMA: Column = { name: 'sigma', kind: 'mean', unit: 'standard deviations' };

/** Every pipeline against each one before it. */
export function separationTable({ separations }: Analysis, paper: PaperNumbers | null): Table {
  const rows = [...Map.groupBy(separations, ({ baseline }) => baseline)].flatMap(([baseline, own]) =>
    grouped(
      `against ${baseline}`,
      own.flatMap((separation) => separationRows(separation, paper)),
    ),
  );
  const meaning =
    'p: exact sign-flip test over tasks. sigma: the effect size of the paper, which is not a test: the difference of the means divided by the root of the summed variances of the runs.';
  return {
    title: 'Pipelines compared on the same tasks and repeats',
    columns: [
      textColumn('pipeline'),
      SOLVED_DIFFERENCE,
      pointsColumn('points'),
      pValueColumn('p'),
      pValueColumn('p (Holm)'),
      SIGMA,
    ],
    rows,
    notes: [meaning, ...leftOutNotes(separations), ...looksNote(separations)],
  };
}

function separationRows(separation: Separation, paper: PaperNumbers | null): Row[] {
  const { pipeline, baseline, solvedDifference, difference, p, correctedP, paperSigma } = separation;
  const known = paper?.separations.find((own) => own.pipeline === pipeline && own.baseline === baseline);
  return [
    row(pipeline, solvedDifference, difference, p, correctedP, paperSigma),
    ...(known === undefined
      ? []
      : [publishedRow([known.solvedDifference, undefined, undefined, undefined, known.paperSigma])]),
  ];
}

function leftOutNotes(separations: readonly Separation[]): Note[] {
  const [worst] = separations.toSorted((a, b) => b.leftOut - a.leftOut);
  if (worst === undefined || worst.leftOut === 0) return [];
  return [`pairs with a faulted trial are left out, at most ${worst.leftOut} of ${worst.pairs + worst.leftOut}`];
}
