import { mean } from '../../src/statistics/describe.ts';
import { type Interval, meanInterval } from '../../src/statistics/interval.ts';
import { formatTable } from '../format-table.ts';
import type { SearchResult } from './searches.ts';

const TASKS = 164;
const HEADER = ['search', 'trials', 'true score', 'less paper', 'less model', 'reported - true', 'in interval'];

type Scored = Pick<SearchResult, 'seed' | 'score'>;

/** A table a kind of landscape: means over the seeds, with 95 % intervals, in tasks of 164. */
export function reportOf(results: readonly SearchResult[]): string {
  const kinds = Map.groupBy(results, ({ kind }) => kind);
  return [...kinds]
    .map(([kind, own]) => `${headingOf(kind, own)}\n\n${tableOf(own)}\n\n${fitnessText(own)}`)
    .join('\n');
}

function headingOf(kind: string, results: readonly SearchResult[]): string {
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  return `${kind}: ${seeds} landscapes, optimum ${(mean(results.map(({ optimum }) => optimum)) ?? 0).toFixed(1)}`;
}

/** By how much the paper's search believes too much of its champion before it is validated. */
function fitnessText(results: readonly SearchResult[]): string {
  const papers = results.filter(({ strategy }) => strategy === 'paper');
  const truth = mean(papers.map(({ score }) => score / TASKS)) ?? 1;
  const over = meanInterval(papers.map(({ peak, score }) => (100 * (peak - score / TASKS)) / truth));
  return over === null ? '' : `Fitness in the paper's search less the true score: ${intervalText(over, ' %')}\n`;
}

function tableOf(results: readonly SearchResult[]): string {
  const groups = Map.groupBy(results, ({ strategy, budget }) => `${strategy} ${budget}`);
  return formatTable(
    HEADER,
    [...groups.values()].map((own) => rowOf(own, results)),
  );
}

function rowOf(own: readonly SearchResult[], all: readonly SearchResult[]): string[] {
  const [first] = own;
  if (first === undefined) return [];
  const { strategy, budget } = first;
  const truth = mean(own.map((result) => result.truth)) ?? 1;
  const errors = own.map(({ reported, truth: expected }) => (100 * (reported - expected)) / truth);
  const papers = strategy === 'paper' ? [] : all.filter((other) => other.strategy === 'paper');
  const models =
    strategy === 'model' ? [] : all.filter((other) => other.strategy === 'model' && other.budget === budget);
  return [
    strategy,
    (mean(own.map(({ spent }) => spent)) ?? 0).toFixed(0),
    intervalText(meanInterval(own.map(({ score }) => score))),
    intervalText(pairedDifference(own, papers)),
    intervalText(pairedDifference(own, models)),
    intervalText(meanInterval(errors), ' %'),
    `${own.filter(({ isCovered }) => isCovered).length} of ${own.length}`,
  ];
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

export function intervalText(interval: Interval | null, unit = ''): string {
  if (interval === null) return '';
  return `${interval.mean.toFixed(1)} ± ${(interval.high - interval.mean).toFixed(1)}${unit}`;
}
