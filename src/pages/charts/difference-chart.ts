import type { Comparison } from '../../analysis/comparison.ts';
import { type Chart, chartSpec, isNarrow, labelsOf } from './chart.ts';

/** How much more one pipeline passes than the one that it is compared with, in points. */
export interface DifferencePoint {
  readonly pipeline: string;
  readonly baseline: string;
  readonly points: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Comparison['verdict'];
}

/** Differences from one baseline with their intervals; null where there are none. */
export function differenceChart(comparisons: readonly Comparison[]): Chart | null {
  const points = differencePoints(comparisons);
  const [first] = points;
  if (first === undefined) return null;
  return {
    name: 'differences',
    title: `Difference from ${first.baseline}`,
    says: points
      .map(
        ({ pipeline, points: own, low, high, verdict }) =>
          `${pipeline}: ${signed(own)} points (${signed(low)} to ${signed(high)}), ${verdict}`,
      )
      .join('; '),
    reading:
      'A dot is how many points more of the trials passed, its line the 95 % interval. A line that does not touch 0 is a difference before the correction for several comparisons; filled dots stay one after it.',
    spec: (width) => differenceSpec(points, width),
  };
}

function signed(points: number): string {
  return `${points < 0 ? '' : '+'}${points.toFixed(1)}`;
}

/** The points of the chart, in the order of the comparisons. */
export function differencePoints(comparisons: readonly Comparison[]): DifferencePoint[] {
  return comparisons.flatMap(({ pipeline, baseline, difference, verdict }) =>
    difference === null
      ? []
      : [
          {
            pipeline,
            baseline,
            verdict,
            points: 100 * difference.mean,
            low: 100 * difference.low,
            high: 100 * difference.high,
          },
        ],
  );
}

function differenceSpec(points: readonly DifferencePoint[], width: number) {
  const label = labelsOf(
    points.map(({ pipeline }) => pipeline),
    width,
  );
  const values = points.map((point) => ({ ...point, pipeline: label(point.pipeline) }));
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: 'points',
    axis: { tickCount: isNarrow(width) ? 4 : 8 },
  });
  return chartSpec(width, {
    height: { step: 30 },
    data: { values },
    encoding: {
      y: { field: 'pipeline', type: 'nominal', scale: { domain: values.map(({ pipeline }) => pipeline) }, title: null },
    },
    layer: [
      {
        mark: { type: 'rule', color: 'currentColor' },
        data: { values: [{ zero: 0 }] },
        encoding: { x: x('zero'), y: null },
      },
      {
        mark: { type: 'rule', strokeWidth: 3, color: 'var(--series-1)', opacity: 0.55 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', size: 90, opacity: 1, strokeWidth: 2, stroke: 'var(--series-1)' },
        encoding: {
          x: x('points'),
          fill: {
            condition: { test: "datum.verdict !== 'no difference shown'", value: 'var(--series-1)' },
            value: 'var(--ground)',
          },
        },
      },
    ],
  });
}
