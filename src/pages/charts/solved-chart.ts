import type { Analysis } from '../../analysis/analyze-run.ts';
import type { PaperNumbers } from '../../analysis/paper.ts';
import { publishedResult } from '../../report/published.ts';
import { type Chart, chartSpec, labelsOf, percent, shareAxis } from './chart.ts';

/** One pipeline's share of passed trials, its interval where there is one, and the paper's share where there is one. */
interface SolvedPoint {
  readonly pipeline: string;
  readonly share: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly paper: number | null;
}

/** The share of tasks that each pipeline solves in a single trial; null where every trial faulted. */
export function solvedChart(analysis: Analysis, paper: PaperNumbers | null): Chart | null {
  const points = solvedPoints(analysis, paper);
  if (points.length === 0) return null;
  const hasPaper = points.some((point) => point.paper !== null);
  return {
    name: 'solved',
    title: 'Tasks solved in a single trial',
    says: points.map(pointText).join('; '),
    reading: `A dot is the share of trials that passed, its line the 95 % interval for tasks like these.${hasPaper ? " A hollow diamond is the paper's share." : ''}`,
    spec: (width) => solvedSpec(points, width),
  };
}

/** The points of the chart, in the order of the run. */
export function solvedPoints({ results }: Analysis, paper: PaperNumbers | null): SolvedPoint[] {
  return results.flatMap(({ pipeline, passAtK: [first] }) => {
    const share = first?.interval?.mean ?? first?.mean ?? null;
    if (share === null) return [];
    const solved = publishedResult(paper, pipeline)?.solved;
    const [low, high] = [first?.interval?.low ?? null, first?.interval?.high ?? null];
    const known = solved === undefined || paper === null ? null : solved.mean / paper.tasks;
    return [{ pipeline, share, low, high, paper: known }];
  });
}

function pointText({ pipeline, share, low, high, paper }: SolvedPoint): string {
  const interval = low === null || high === null ? '' : ` (${percent(low)} to ${percent(high)})`;
  return `${pipeline}: ${percent(share)}${interval}${paper === null ? '' : `, paper ${percent(paper)}`}`;
}

function solvedSpec(points: readonly SolvedPoint[], width: number) {
  const label = labelsOf(
    points.map(({ pipeline }) => pipeline),
    width,
  );
  const values = points.map((point) => ({ ...point, pipeline: label(point.pipeline) }));
  const axis = shareAxis('trials that passed', width);
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain: [0, 1] }, axis });
  const y = {
    ...{ field: 'pipeline', type: 'nominal', scale: { domain: values.map(({ pipeline }) => pipeline) }, title: null },
  };
  return chartSpec(width, {
    height: { step: 30 },
    data: { values },
    encoding: { y },
    layer: [
      {
        transform: [{ filter: 'datum.low !== null' }],
        mark: { type: 'rule', strokeWidth: 3, color: 'var(--series-1)', opacity: 0.55 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1, color: 'var(--series-1)' },
        encoding: { x: x('share') },
      },
      {
        transform: [{ filter: 'datum.paper !== null' }],
        mark: { type: 'point', shape: 'diamond', size: 110, strokeWidth: 2, color: 'var(--series-2)' },
        encoding: { x: x('paper') },
      },
    ],
  });
}
