import { mean } from '../../src/statistics/describe.ts';
import { type Interval, meanInterval } from '../../src/statistics/interval.ts';
import { formatTable } from '../format-table.ts';
import type { SearchResult } from './searches.ts';

const RIVALS = ['grid', 'halving', 'race', 'random', 'paper'] as const;

type Scored = Pick<SearchResult, 'seed' | 'score'>;

/** The searches by model beside their rivals, what all of them take, and the paper's search at its own size; shares in points, 95 % intervals. */
export function reportOf(results: readonly SearchResult[]): string {
  const own = results.filter(({ budget }) => budget > 0);
  return [comparisonTable(own), strategyTable(own), publishedTable(results)].join('\n\n');
}

/** For each kind of landscape and budget the true score of the model's search, less those of the others, and whether its report holds. */
function comparisonTable(results: readonly SearchResult[]): string {
  const models = results.filter(({ strategy }) => strategy === 'model');
  const rows = [...Map.groupBy(models, ({ kind, budget }) => `${kind} ${budget}`).values()].map((own) => [
    own[0]?.kind ?? '',
    `${own[0]?.budget}`,
    `${own.length}`,
    intervalText(inPoints(meanInterval(own.map(({ score }) => score)))),
    averageOf(own, ({ calls }) => calls),
    ...RIVALS.map((rival) => intervalText(inPoints(pairedDifference(own, likeOf(own, results, rival))))),
    ...reportCells(own),
  ]);
  const all = [...Map.groupBy(models, ({ budget }) => budget)].map(([budget, own]) => [
    'all',
    `${budget}`,
    `${own.length}`,
    intervalText(inPoints(meanInterval(own.map(({ score }) => score)))),
    averageOf(own, ({ calls }) => calls),
    ...RIVALS.map((rival) => intervalText(inPoints(differenceOfAll(own, results, rival)))),
    ...reportCells(own),
  ]);
  const header = ['landscape', 'calls', 'seeds', 'model', 'calls a task', ...RIVALS.map((rival) => `less ${rival}`)];
  return formatTable([...header, 'reported - true', 'in interval', 'points wide'], [...rows, ...all]);
}

function likeOf(own: readonly SearchResult[], all: readonly SearchResult[], rival: string): SearchResult[] {
  const [first] = own;
  return all.filter(
    ({ strategy, kind, budget }) => strategy === rival && kind === first?.kind && budget === first?.budget,
  );
}

/** Differences on the same landscapes, whatever their kind. */
function differenceOfAll(own: readonly SearchResult[], all: readonly SearchResult[], rival: string): Interval | null {
  const [first] = own;
  const others = new Map(
    all
      .filter(({ strategy, budget }) => strategy === rival && budget === first?.budget)
      .map(({ kind, seed, score }) => [`${kind} ${seed}`, score]),
  );
  return meanInterval(
    own.flatMap(({ kind, seed, score }) => {
      const other = others.get(`${kind} ${seed}`);
      return other === undefined ? [] : [score - other];
    }),
  );
}

function reportCells(own: readonly SearchResult[]): string[] {
  const covered = own.filter(({ low, high, truth }) => low <= truth && truth <= high).length;
  return [
    intervalText(relativeError(own), ' %'),
    `${covered} of ${own.length}`,
    averageOf(own, ({ low, high }) => 100 * (high - low)),
  ];
}

/** What the searches take, and whether their reports hold, over all kinds of landscapes. */
function strategyTable(results: readonly SearchResult[]): string {
  const groups = Map.groupBy(results, ({ strategy, budget }) => `${strategy} ${budget}`);
  const rows = [...groups.values()].map((own) => [
    own[0]?.strategy ?? '',
    `${own[0]?.budget}`,
    averageOf(own, ({ spent }) => spent),
    averageOf(own, ({ spent, trials }) => spent / trials),
    averageOf(own, ({ score }) => 100 * score),
    averageOf(own, ({ calls }) => calls),
    ...reportCells(own),
  ]);
  const header = ['search', 'calls', 'spent', 'calls a trial', 'true score', 'calls a task'];
  return formatTable([...header, 'reported - true', 'in interval', 'points wide'], rows);
}

/** The paper's search at its published size, and the model's with fewer calls less it. */
function publishedTable(results: readonly SearchResult[]): string {
  const papers = results.filter(({ strategy, budget }) => strategy === 'paper' && budget === 0);
  const budgets = [...new Set(results.map(({ budget }) => budget))].filter((budget) => budget > 0);
  const rows = [...Map.groupBy(papers, ({ kind }) => kind)].map(([kind, own]) => [
    kind,
    averageOf(own, ({ spent }) => spent),
    averageOf(own, ({ spent, trials }) => spent / trials),
    averageOf(own, ({ optimum }) => 100 * optimum),
    intervalText(inPoints(meanInterval(own.map(({ score }) => score)))),
    ...budgets.map((budget) => {
      const models = results.filter((one) => one.strategy === 'model' && one.kind === kind && one.budget === budget);
      return intervalText(inPoints(pairedDifference(models, own)));
    }),
    intervalText(inPoints(meanInterval(own.map(({ peak, score }) => peak - score)))),
  ]);
  const header = ['landscape', 'paper: calls', 'calls a trial', 'optimum', 'true score'];
  return formatTable([...header, ...budgets.map((budget) => `model, ${budget}, less it`), 'fitness - true'], rows);
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

function averageOf(results: readonly SearchResult[], value: (result: SearchResult) => number): string {
  return (mean(results.map(value)) ?? 0).toFixed(1);
}

export function intervalText(interval: Interval | null, unit = ''): string {
  if (interval === null) return '';
  return `${interval.mean.toFixed(1)} ± ${(interval.high - interval.mean).toFixed(1)}${unit}`;
}
