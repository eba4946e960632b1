import type { Reference } from '../analysis/paper-results.ts';
import { expectedBest, expectedBestOfNormal } from '../statistics/expected-best.ts';
import { SIGMA, SOLVED_DIFFERENCE } from './separation-table.ts';
import {
  type Column,
  grouped,
  type Report,
  reportOf,
  row,
  shareColumn,
  solvedColumn,
  type Table,
  textColumn,
} from './table.ts';

const MANY_RUNS = 10;

/** Published numbers as greenloop reads them: solved, what the best of several runs overstates, and every separation. */
export function referenceReport(reference: Reference): Report {
  return reportOf([publishedTable(reference), publishedSeparations(reference)]);
}

function publishedTable({ results, tasks }: Reference): Table {
  const rows = Object.entries(results).flatMap(([name, { solved, runs = [] }]) => {
    if (solved === undefined) return [];
    const best = expectedBest(runs, runs.length);
    const ofMany = solved.mean + expectedBestOfNormal(MANY_RUNS) * solved.sd;
    const excess = (solvedBest: number) => solvedBest / solved.mean - 1;
    return [row(name, solved, solved.mean / tasks, best === null ? null : excess(best), excess(ofMany))];
  });
  return {
    title: 'Published numbers',
    columns: [
      textColumn('configuration'),
      solvedColumn(`solved (of ${tasks})`),
      shareColumn('solved', null),
      excessColumn('best run,'),
      excessColumn(`best of ${MANY_RUNS},`),
    ],
    rows,
    notes: [
      `best run: how far the best of its own runs is above their mean; best of ${MANY_RUNS}: how far the best of ${MANY_RUNS} runs would be on average (normal runs of that standard deviation)`,
    ],
  };
}

function excessColumn(name: string): Column {
  return { name, kind: 'points', unit: '%' };
}

function publishedSeparations({ separations }: Reference): Table {
  const rows = [...Map.groupBy(separations, ({ baseline }) => baseline)].flatMap(([baseline, own]) =>
    grouped(
      `against ${baseline}`,
      own.map(({ pipeline, solvedDifference, paperSigma }) => row(pipeline, solvedDifference, paperSigma)),
    ),
  );
  return {
    title: 'Published comparisons',
    columns: [textColumn('configuration'), SOLVED_DIFFERENCE, SIGMA],
    rows,
    notes: ['sigma: the difference of the means over the root of the summed variances'],
  };
}
