import type { Analysis } from '../../analysis/analyze-run.ts';
import { count } from '../../base/count.ts';
import { type Chart, chartSpec, isNarrow, labelsOf } from './chart.ts';

/** Numbers of repeats that are drawn one by one. */
const MOST_PARTS = 10;

/** So many tasks of one pipeline that this share of the repeats solved. */
export interface ConsistencyPart {
  readonly pipeline: string;
  readonly solvedIn: string;
  /** Share of the repeats, from 0 to 1. */
  readonly share: number;
  readonly tasks: number;
}

/** In how many of the repeats each pipeline solves its tasks; null of a single repeat. */
export function consistencyChart(analysis: Analysis): Chart | null {
  const { repeats } = analysis.run;
  const parts = consistencyParts(analysis);
  if (parts.length === 0) return null;
  return {
    name: 'consistency',
    title: `Tasks by how many of ${repeats} repeats solved them`,
    says: parts
      .map(({ pipeline, solvedIn, tasks }) => `${pipeline}: ${count(tasks, 'task')} solved in ${solvedIn}`)
      .join('; '),
    reading: `Each bar holds all tasks of which every repeat counts. The stronger the colour of a part, the more of the ${repeats} repeats solved its tasks: only the two ends are the same in every repeat.`,
    spec: (width) => consistencySpec(parts, width),
  };
}

/** The parts of the bars: one for each number of repeats, or three where there are many. */
export function consistencyParts({ results, run: { repeats } }: Analysis): ConsistencyPart[] {
  if (repeats < 2) return [];
  return results.flatMap(({ pipeline, consistency: { tasks } }) => {
    const [none = 0, ...others] = tasks;
    const some = others.slice(0, -1).reduce((sum, own) => sum + own, 0);
    const parts =
      repeats <= MOST_PARTS
        ? tasks.map((own, solved) => ({ solvedIn: String(solved), share: solved / repeats, tasks: own }))
        : [
            { solvedIn: 'none', share: 0, tasks: none },
            { solvedIn: 'some', share: 0.5, tasks: some },
            { solvedIn: 'all', share: 1, tasks: others.at(-1) ?? 0 },
          ];
    return parts.filter((part) => part.tasks > 0).map((part) => ({ pipeline, ...part }));
  });
}

function consistencySpec(parts: readonly ConsistencyPart[], width: number) {
  const names = [...new Set(parts.map(({ pipeline }) => pipeline))];
  const label = labelsOf(names, width);
  const values = [...new Set(parts.map(({ share }) => share))].toSorted((one, other) => one - other);
  return chartSpec(width, {
    height: { step: 34 },
    data: { values: parts.map((part) => ({ ...part, pipeline: label(part.pipeline) })) },
    mark: { type: 'bar', color: 'var(--series-1)', stroke: 'var(--ground)', strokeWidth: 1 },
    encoding: {
      x: {
        field: 'tasks',
        type: 'quantitative',
        title: 'tasks',
        axis: { tickCount: isNarrow(width) ? 4 : 8 },
        scale: { nice: false },
      },
      y: { field: 'pipeline', type: 'nominal', scale: { domain: names.map(label) }, title: null },
      order: { field: 'share' },
      opacity: {
        ...{ field: 'share', type: 'quantitative', scale: { domain: [0, 1], range: [0.06, 1] } },
        legend: {
          ...{ title: 'repeats that solved it', values, labelExpr: labelExpression(parts) },
          ...{ symbolType: 'square', symbolFillColor: 'var(--series-1)', symbolStrokeWidth: 0 },
          ...{ symbolSize: 140, columns: isNarrow(width) ? 6 : 11 },
        },
      },
    },
  });
}

/** The names of the parts by their shares, as Vega reads them. */
function labelExpression(parts: readonly ConsistencyPart[]): string {
  const names = Object.fromEntries(parts.map(({ share, solvedIn }) => [String(share), solvedIn]));
  return `(${JSON.stringify(names)})['' + datum.value]`;
}
