import { formatTable } from '../../src/cli/table.ts';
import { mean } from '../../src/statistics/describe.ts';
import { type Interval, meanInterval } from '../../src/statistics/interval.ts';
import type { SearchResult } from './searches.ts';

const TASKS = 164;

/** A table a kind of landscape: means over the seeds, with 95 % intervals, in tasks of 164. */
export function reportOf(results: readonly SearchResult[]): string {
  const kinds = Map.groupBy(results, ({ kind }) => kind);
  return [...kinds].map(([kind, own]) => `${kind}, ${optimumText(own)}\n\n${tableOf(own)}\n`).join('\n');
}

function optimumText(results: readonly SearchResult[]): string {
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  return `${seeds} landscapes, optimum ${(mean(results.map(({ optimum }) => optimum)) ?? 0).toFixed(1)}`;
}

function tableOf(results: readonly SearchResult[]): string {
  const header = [
    'search',
    'trials',
    'true score',
    'less paper',
    'reported - true, %',
    'held',
    'search fitness - true, %',
  ];
  const paper = new Map(results.filter(({ strategy }) => strategy === 'paper').map((own) => [own.seed, own.score]));
  const groups = Map.groupBy(results, ({ strategy, budget }) => `${strategy} ${budget}`);
  const rows = [...groups.values()].map((own) => {
    const truth = mean(own.map((result) => result.truth)) ?? 1;
    const shares = (values: readonly number[]) => meanInterval(values.map((value) => (100 * value) / truth));
    const differences = own.flatMap(({ seed, score }) => {
      const rival = paper.get(seed);
      return rival === undefined ? [] : [score - rival];
    });
    return [
      own[0]?.strategy ?? '',
      (mean(own.map(({ spent }) => spent)) ?? 0).toFixed(0),
      intervalText(meanInterval(own.map(({ score }) => score))),
      own[0]?.strategy === 'paper' ? '' : intervalText(meanInterval(differences)),
      intervalText(shares(own.map((result) => result.reported - result.truth))),
      `${own.filter(({ isCovered }) => isCovered).length}/${own.length}`,
      own[0]?.strategy === 'paper' ? intervalText(shares(own.map(({ peak, score }) => peak - score / TASKS))) : '',
    ];
  });
  return formatTable(header, rows);
}

function intervalText(interval: Interval | null): string {
  return interval === null ? '' : `${interval.mean.toFixed(1)} ± ${(interval.high - interval.mean).toFixed(1)}`;
}
