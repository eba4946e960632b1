import { mean } from '../../src/statistics/describe.ts';
import { type Interval, meanInterval } from '../../src/statistics/interval.ts';
import { formatTable } from '../format-table.ts';
import type { SearchResult } from './searches.ts';

const HEADER = [
  'search',
  'trials',
  'calls a trial',
  'true score',
  'model less it',
  'calls a task',
  'reported - true',
  'in interval',
  'points wide',
];

type Scored = Pick<SearchResult, 'seed' | 'score'>;

/** A table a kind of landscape and a budget: means over the seeds with 95 % intervals, in points. */
export function reportOf(results: readonly SearchResult[]): string {
  const groups = Map.groupBy(
    results,
    ({ kind, budget }) => `${kind}, ${budget === 0 ? 'published size' : `${budget} calls`}`,
  );
  const tables = [...groups].map(([name, own]) => `${headingOf(name, own)}\n\n${tableOf(own)}\n`);
  return [...tables, summaryOf(results)].join('\n');
}

function headingOf(name: string, results: readonly SearchResult[]): string {
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  return `${name}: ${seeds} landscapes, optimum ${points(mean(results.map(({ optimum }) => optimum)))}`;
}

function tableOf(results: readonly SearchResult[]): string {
  const groups = Map.groupBy(results, ({ strategy }) => strategy);
  return formatTable(
    HEADER,
    [...groups.values()].map((own) => rowOf(own, groups.get('model') ?? [])),
  );
}

function rowOf(own: readonly SearchResult[], models: readonly SearchResult[]): string[] {
  const average = (value: (result: SearchResult) => number) => mean(own.map(value)) ?? 0;
  return [
    own[0]?.strategy ?? '',
    average(({ trials }) => trials).toFixed(0),
    average(({ spent, trials }) => spent / trials).toFixed(1),
    intervalText(inPoints(meanInterval(own.map(({ score }) => score)))),
    own[0]?.strategy === 'model' ? '' : intervalText(inPoints(pairedDifference(models, own))),
    average(({ calls }) => calls).toFixed(1),
    intervalText(relativeError(own), ' %'),
    `${own.filter(isCovered).length} of ${own.length}`,
    points(average(({ low, high }) => high - low)),
  ];
}

/** What the reports of a search by model come to over all kinds of landscapes. */
function summaryOf(results: readonly SearchResult[]): string {
  const models = results.filter(({ strategy }) => strategy === 'model');
  const rows = [...Map.groupBy(models, ({ budget }) => budget)].map(([budget, own]) => [
    `${budget}`,
    intervalText(relativeError(own), ' %'),
    `${((100 * own.filter(isCovered).length) / own.length).toFixed(1)} % of ${own.length}`,
    points(mean(own.map(({ low, high }) => high - low))),
  ]);
  return formatTable(['model on all kinds, calls', 'reported - true', 'in interval', 'points wide'], rows);
}

function isCovered({ low, high, truth }: SearchResult): boolean {
  return low <= truth && truth <= high;
}

/** Reported less true scores, in % of the mean true score. */
function relativeError(own: readonly SearchResult[]): Interval | null {
  const level = mean(own.map(({ truth }) => truth)) ?? 1;
  return meanInterval(own.map(({ reported, truth }) => (100 * (reported - truth)) / level));
}

/** True scores less those of the others on the same landscapes. */
export function pairedDifference(own: readonly Scored[], others: readonly Scored[]): Interval | null {
  const scores = new Map(others.map(({ seed, score }) => [seed, score]));
  return meanInterval(
    own.flatMap(({ seed, score }) => {
      const other = scores.get(seed);
      return other === undefined ? [] : [score - other];
    }),
  );
}

function inPoints(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  const { mean: center, low, high } = interval;
  return { mean: 100 * center, low: 100 * low, high: 100 * high };
}

function points(share: number | null): string {
  return (100 * (share ?? 0)).toFixed(1);
}

export function intervalText(interval: Interval | null, unit = ''): string {
  if (interval === null) return '';
  return `${interval.mean.toFixed(1)} ± ${(interval.high - interval.mean).toFixed(1)}${unit}`;
}
