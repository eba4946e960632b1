import { formatTable } from '../format-table.ts';
import type { Tallies, Tally } from './tally.ts';

/** A row a method: over all cells the mean coverage, the lowest, the most misses on one side, the width and the contradictions. */
export function methodsReport(tallies: Tallies): string {
  return formatTable(
    [
      'interval',
      'cells',
      'coverage',
      'lowest',
      'cells below 93 %',
      'most misses on one side',
      'mean width',
      'contradicts the verdict',
    ],
    [...tallies.methods]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([method, cells]) => rowOf(method, [...cells.values()])),
  );
}

function rowOf(method: string, cells: readonly Tally[]): string[] {
  const experiments = sum(cells.map((tally) => tally.experiments));
  const coverages = cells.map(({ coverage }) => coverage);
  return [
    method,
    String(cells.length),
    percent(sum(coverages) / cells.length),
    percent(Math.min(...coverages)),
    String(coverages.filter((coverage) => coverage < 0.93).length),
    percent(Math.max(...cells.map(({ worseSide }) => worseSide))),
    (sum(cells.map(({ width }) => width)) / experiments).toFixed(3),
    method.startsWith('difference')
      ? percent(sum(cells.map(({ contradictions }) => contradictions)) / experiments)
      : '',
  ];
}

/** A row a method and cell. */
export function cellsReport(tallies: Tallies): string {
  const rows = [...tallies.methods].flatMap(([method, cells]) =>
    [...cells].map(([cell, tally]) => [
      `${method}; ${cell}`,
      percent(tally.coverage),
      percent(tally.below / tally.experiments),
      percent(tally.above / tally.experiments),
      (tally.width / tally.experiments).toFixed(3),
      percent(tally.contradictions / tally.experiments),
    ]),
  );
  return formatTable(['interval', 'coverage', 'truth below', 'truth above', 'mean width', 'contradictions'], rows);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
