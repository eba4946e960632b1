import type { Reference } from '../../analysis/paper-results.ts';
import { expectedBest, expectedBestOfNormal } from '../../statistics/expected-best.ts';
import { section, shareText, signed, solvedText } from '../terminal/number-text.ts';
import { grouped, titled } from './analyze-layout.ts';

const MANY_RUNS = 10;

/** Published numbers as greenloop reads them: solved, what the best of several runs overstates, and every separation. */
export function referenceTable({ results, separations, tasks }: Reference): string {
  const rows = Object.entries(results).flatMap(([name, { solved, runs = [] }]) => {
    if (solved === undefined) return [];
    const best = expectedBest(runs, runs.length);
    const excess = (solvedBest: number | null) =>
      solvedBest === null ? '-' : signed(100 * (solvedBest / solved.mean - 1));
    const ofMany = solved.mean + expectedBestOfNormal(MANY_RUNS) * solved.sd;
    return [[name, solvedText(solved), shareText(solved.mean / tasks, null), excess(best), excess(ofMany)]];
  });
  const header = ['configuration', `solved of ${tasks}`, '%', 'best run, %', `best of ${MANY_RUNS}, %`];
  const pairs = [...Map.groupBy(separations, ({ baseline }) => baseline)].flatMap(([baseline, own]) =>
    grouped(
      `against ${baseline}`,
      own.map(({ pipeline, solvedDifference, paperSigma }) => [
        pipeline,
        signed(solvedDifference),
        paperSigma.toFixed(1),
      ]),
    ),
  );
  const best = `best: by how much the best of its own runs is above their mean, and the best of ${MANY_RUNS} would be on average (normal runs of that sd)`;
  const sigma = 'sigma: the difference of the means over the root of the summed variances';
  return [
    ...section(titled('Published numbers', header, rows, [best])),
    ...section(titled('Separations', ['configuration', 'solved', 'sigma'], pairs, [sigma])),
  ]
    .slice(1)
    .join('\n');
}
