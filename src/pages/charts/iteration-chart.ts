import type { Analysis } from '../../analysis/analyze-run.ts';
import { type Chart, chartSpec, isNarrow, labelsOf, percent, seriesColour, uprightShareAxis } from './chart.ts';

/** Passing trials of one pipeline after the draft and each iteration. */
export interface IterationLine {
  readonly pipeline: string;
  readonly kind: 'stops at its first pass' | 'goes on: passing' | 'goes on: ever passed';
  readonly shares: readonly number[];
}

const KINDS = ['stops at its first pass', 'goes on: passing', 'goes on: ever passed'] as const;

/** Pipelines that stop at their first pass beside those that go on; null where none has iterations. */
export function iterationChart(analysis: Analysis): Chart | null {
  const lines = iterationLines(analysis);
  if (lines.length === 0) return null;
  return {
    name: 'iterations',
    title: 'Passing after each iteration: early stop beside forced iterations',
    says: lines.map(lineText).join('; '),
    reading:
      'A line that stops at its first pass never falls. A pipeline that goes on after a pass can lose it: the distance between "passing" and "ever passed" is what it lost.',
    spec: (width) => iterationSpec(lines, width),
  };
}

/** The lines of the chart. */
export function iterationLines({ iterations, forced }: Analysis): IterationLine[] {
  const share = (passed: number, trials: number) => (trials === 0 ? 0 : passed / trials);
  return [
    ...iterations.map(({ pipeline, trials, iterations: own }) => ({
      ...{ pipeline, kind: KINDS[0], shares: own.map(({ solved }) => share(solved, trials)) },
    })),
    ...forced.flatMap(({ pipeline, trials, iterations: own }) => [
      { pipeline, kind: KINDS[1], shares: own.map(({ passes }) => share(passes, trials)) },
      { pipeline, kind: KINDS[2], shares: own.map(({ everPassed }) => share(everPassed, trials)) },
    ]),
  ];
}

function lineText({ pipeline, kind, shares }: IterationLine): string {
  return `${pipeline}, ${kind}: ${percent(shares[0] ?? 0)} at the draft, ${percent(shares.at(-1) ?? 0)} after ${shares.length - 1}`;
}

function iterationSpec(lines: readonly IterationLine[], width: number) {
  const names = [...new Set(lines.map(({ pipeline }) => pipeline))];
  const label = labelsOf(names, width);
  const values = lines.flatMap(({ pipeline, kind, shares }) =>
    shares.map((share, iteration) => ({ series: label(pipeline), kind, share, iteration })),
  );
  const columns = isNarrow(width) ? 1 : 3;
  return chartSpec(width, {
    height: 280,
    data: { values },
    encoding: {
      x: {
        ...{ field: 'iteration', type: 'ordinal', title: 'iterations after the draft (0)' },
        axis: { labelAngle: 0, grid: false },
      },
      y: {
        ...{ field: 'share', type: 'quantitative', axis: uprightShareAxis('trials passing') },
        scale: { zero: false, nice: true },
      },
      color: seriesColour(names.map(label), width),
    },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          strokeDash: {
            ...{
              field: 'kind',
              type: 'nominal',
              legend: {
                title: null,
                columns,
                symbolStrokeColor: 'currentColor',
                symbolType: 'stroke',
                symbolSize: 500,
              },
            },
            scale: {
              domain: KINDS,
              range: [
                [1, 0],
                [6, 4],
                [2, 3],
              ],
            },
          },
        },
      },
      { mark: { type: 'point', filled: true, size: 50, opacity: 1 }, encoding: { detail: { field: 'kind' } } },
    ],
  });
}
