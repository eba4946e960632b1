import type { PipelineChances } from '../analysis/chances.ts';
import { row, shareColumn, type Table, textColumn } from './table.ts';

/** Where a table of two pipelines would say no more than their comparison. */
const FEWEST = 3;

/** Which of several pipelines may be the best, and which may be the best for its tokens. */
export function chanceTable(chances: readonly PipelineChances[]): Table {
  return {
    title: 'Which pipeline to choose',
    columns: [
      textColumn('pipeline'),
      { ...shareColumn('best', null), digits: 0 },
      { name: 'rank', kind: 'count', unit: 'ranks', interval: '95 %' },
      { ...shareColumn('best for its tokens', null), digits: 0 },
    ],
    rows:
      chances.length < FEWEST
        ? []
        : chances.map(({ pipeline, best, rank, frontier }) => row(pipeline, best, rank, frontier)),
    notes: [
      'best: chance that no other pipeline passes more on tasks like these. Best for its tokens: chance that no other passes as much for fewer tokens, or more for as few. Ranks hold for all pipelines together.',
    ],
  };
}
