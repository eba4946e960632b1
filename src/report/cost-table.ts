import type { Analysis } from '../analysis/analyze-run.ts';
import type { PipelineCost } from '../analysis/costs.ts';
import { countColumn, row, shareColumn, type Table, textColumn } from './table.ts';

/** What a solved task costs, and which pipelines are worth their price. */
export function costTable({ costs }: Analysis): Table {
  return {
    title: 'Cost of a solved task',
    columns: [
      textColumn('pipeline'),
      shareColumn('pass@1', null),
      { name: 'tokens', kind: 'tokens', unit: 'tokens', interval: '95 %' },
      { name: 'seconds', kind: 'seconds', unit: 'seconds' },
      { ...countColumn('calls', 'calls'), digits: 1 },
      textColumn('best by'),
    ],
    rows: costs.map(({ pipeline, share, tokens, seconds, calls, onFrontier }) =>
      row(
        pipeline,
        share,
        tokens?.perSolvedInterval ?? tokens?.perSolved ?? null,
        seconds.perSolved,
        calls.perSolved,
        frontierText(onFrontier),
      ),
    ),
    notes: [
      'best by: no other pipeline has a higher pass@1 for as few tokens (seconds) a trial, or fewer for as high a pass@1. Faulted trials are paid for too.',
    ],
  };
}

function frontierText({ tokens, seconds }: PipelineCost['onFrontier']): string | null {
  if (tokens && seconds) return 'both';
  return tokens ? 'tokens' : seconds ? 'seconds' : null;
}
