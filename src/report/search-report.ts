import { count } from '../base/count.ts';
import { type Genome, topologyOf } from '../evolve/genome.ts';
import type { HeldOut } from '../evolve/held-out.ts';
import type { Score } from '../evolve/pareto.ts';
import type { Split } from '../evolve/split.ts';
import type { BudgetUnit, Estimate } from '../evolve/strategy.ts';
import type { Interval } from '../statistics/interval.ts';
import { comparisonTable } from './comparison-tables.ts';
import {
  type Column,
  countColumn,
  type Note,
  pointsColumn,
  type Report,
  type Row,
  reportOf,
  row,
  shareColumn,
  type Table,
  textColumn,
} from './table.ts';

const MOST_OF_FRONT = 8;

/** What searches with the same budget found, the one that was asked for first. */
export interface SearchResults {
  readonly benchmark: { readonly name: string };
  readonly budget: { readonly unit: BudgetUnit };
  readonly split: Split;
  readonly found: readonly SearchResult[];
  /** The pipelines of `found` on tasks that no search has seen; null where there are none. */
  readonly heldOut: HeldOut | null;
}

/** What one strategy found. */
export interface SearchResult {
  readonly strategy: string;
  /** The champion, or what is preferred to it for its price. */
  readonly genome: Genome;
  readonly champion: Estimate;
  /** The champion in new draws on the tasks of its search score. */
  readonly again: { readonly solved: number; readonly low: number; readonly high: number } | null;
  readonly spent: number;
  readonly tokens: number;
  readonly front: readonly Score[];
}

/** What evolve tells of its searches. */
export function searchReport(results: SearchResults): Report {
  const { found, benchmark, split, heldOut } = results;
  const [first] = found;
  if (first === undefined) return [];
  const tasks = split.search.length + split.selection.length + split.heldOut.length;
  return reportOf([
    { notes: [`${benchmark.name}, ${count(tasks, 'task')}: ${topologyOf(first.genome)}`] },
    scoreTable(results),
    optimismTable(found),
    heldOutTable(results),
    comparisonTable(heldOut?.comparisons ?? [], 'tasks'),
    frontTable(first),
  ]);
}

/** A column of what was spent of a budget. */
export function spentColumn(unit: BudgetUnit): Column {
  return unit === 'calls' ? countColumn('calls', 'calls') : { name: 'hours', kind: 'hours', unit: 'hours' };
}

/** The share that an estimate is of, with its interval. */
export function estimatedShare({ solved, low, high }: Pick<Estimate, 'solved' | 'low' | 'high'>): Interval {
  return { mean: solved, low, high };
}

function scoreTable({ found, heldOut, split, budget }: SearchResults): Table {
  return {
    title: 'What each search found',
    columns: [
      textColumn('strategy'),
      spentColumn(budget.unit),
      { name: 'tokens', kind: 'tokens', unit: 'tokens' },
      shareColumn('search score'),
      shareColumn('held-out score'),
    ],
    rows: found.map((result, index) => scoreRow(result, heldOut?.pipelines[index]?.passRate ?? null)),
    notes: [heldOutNote(heldOut, split), ...found.flatMap(preferenceNote)],
  };
}

/** What was found beside what needs no search; without a row where only the searches were measured. */
function heldOutTable({ found, heldOut }: SearchResults): Table {
  const pipelines = heldOut === null || heldOut.pipelines.length === found.length ? [] : heldOut.pipelines;
  return {
    title: 'On the held-out tasks',
    columns: [
      textColumn('pipeline'),
      shareColumn('solved'),
      countColumn('attempts', 'attempts'),
      { name: 'tokens', kind: 'tokens', unit: 'tokens' },
      { name: 'seconds', kind: 'seconds', unit: 'seconds' },
    ],
    rows: pipelines.map(({ name, passShare, passRate, attempts, tokens, seconds }) =>
      row(name, passRate ?? passShare, attempts, tokens.prompt + tokens.completion, seconds),
    ),
    notes: ['alone: one draft. self-refine: the model repairs its own draft, three times at most'],
  };
}

function scoreRow({ strategy, champion, spent, tokens }: SearchResult, measured: Interval | null): Row {
  return row(strategy, spent, tokens, estimatedShare(champion), measured);
}

/** By how much each search flatters its champion; without a row where no champion was measured again. */
function optimismTable(found: readonly SearchResult[]): Table {
  return {
    title: 'Optimism of each search',
    columns: [textColumn('strategy'), shareColumn('search score'), shareColumn('again'), pointsColumn('optimism,')],
    rows: found.flatMap(({ strategy, champion, again }) => {
      if (again === null) return [];
      const [score, anew] = [estimatedShare(champion), estimatedShare(again)];
      return [row(strategy, score, anew, differenceOf(score, anew))];
    }),
    notes: [
      'again: the champion in new draws on the tasks of its search score. optimism: search score minus that, in points',
    ],
  };
}

/** The difference of two independent shares, from the distances to the limits of their intervals (Newcombe 1998, method 10). */
function differenceOf(one: Interval, other: Interval): Interval {
  const difference = one.mean - other.mean;
  return {
    mean: difference,
    low: difference - Math.hypot(one.mean - one.low, other.high - other.mean),
    high: difference + Math.hypot(one.high - one.mean, other.mean - other.low),
  };
}

function heldOutNote(heldOut: HeldOut | null, split: Split): Note {
  if (heldOut === null) return 'no task was held out: the search score comes from the tasks that were searched on';
  const size = `${count(split.heldOut.length, 'task')} x ${count(heldOut.repeats, 'repeat')}`;
  return `held out: ${size} that no search has seen`;
}

function preferenceNote({ strategy: about, genome, champion }: SearchResult): Note[] {
  if (genome === champion.genome) return [];
  return [
    {
      about,
      text: 'the search score is that of the champion; the held-out score is that of the cheaper pipeline that was preferred',
    },
  ];
}

function frontTable({ front }: SearchResult): Table {
  const more = front.length - MOST_OF_FRONT;
  return {
    title: 'Pareto-optimal pipelines by solved, tokens and seconds',
    columns: [
      textColumn('pipeline'),
      shareColumn('solved', null),
      { name: 'tokens', kind: 'tokens', unit: 'tokens' },
      { name: 'seconds', kind: 'seconds', unit: 'seconds', digits: 2 },
      countColumn('trials', 'trials'),
    ],
    rows: front
      .slice(0, MOST_OF_FRONT)
      .map(({ genome, trials, solved, tokens, seconds }) => row(topologyOf(genome), solved, tokens, seconds, trials)),
    notes: [
      ...(more > 0 ? [`and ${more} more in pareto.json`] : []),
      'averages per trial; rows with few trials look better than they are',
    ],
  };
}
