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
      'best by: no other pipeline has a higher pass@1 at the same or a lower cost, or the same pass@1 at a lower cost (Pareto-optimal). Costs include faulted trials.',
    ],
  };
}

function frontierText({ tokens, seconds }: PipelineCost['onFrontier']): string | null {
  if (tokens && seconds) return 'both';
  return tokens ? 'tokens' : seconds ? 'seconds' : null;
}
