import type { AgreementBin, AgreementReliability } from '../../analysis/agreement-reliability.ts';
import { type Chart, chartSpec, labelsOf, percent, seriesColour, seriesShape, uprightShareAxis } from './chart.ts';

/** How often answers with so much agreement were right. */
export interface AgreementPoint {
  readonly pipeline: string;
  readonly bin: string;
  readonly trials: number;
  readonly share: number;
  readonly low: number | null;
  readonly high: number | null;
}

const BINS = ['below 50 %', '50 to 74 %', '75 to 99 %', 'all'] as const;

/** How often answers were right, by how many drafts behaved like them; null where no pipeline compares its drafts. */
export function agreementChart(agreement: readonly AgreementReliability[]): Chart | null {
  const points = agreementPoints(agreement);
  if (points.length === 0) return null;
  return {
    name: 'agreement',
    title: 'How often the answer is right, by how many drafts agree with it',
    says: points
      .map(
        ({ pipeline, bin, share, trials }) => `${pipeline}, ${bin} of the drafts: ${percent(share)} of ${trials} right`,
      )
      .join('; '),
    reading:
      'A dot is the share of answers that pass the grading tests, its line the 95 % interval. Where agreement says something about correctness, the dots rise to the right.',
    spec: (width) => agreementSpec(points, width),
  };
}

/** The points of the chart. */
export function agreementPoints(agreement: readonly AgreementReliability[]): AgreementPoint[] {
  return agreement.flatMap(({ pipeline, bins }) =>
    bins.map(({ right, ...bin }) => ({
      ...{ pipeline, bin: binName(bin), trials: right.of, share: right.share?.mean ?? right.hits / right.of },
      ...{ low: right.share?.low ?? null, high: right.share?.high ?? null },
    })),
  );
}

function binName({ from }: Pick<AgreementBin, 'from'>): string {
  return BINS[from === 1 ? 3 : from >= 0.75 ? 2 : from >= 0.5 ? 1 : 0];
}

function agreementSpec(points: readonly AgreementPoint[], width: number) {
  const names = [...new Set(points.map(({ pipeline }) => pipeline))];
  const label = labelsOf(names, width);
  const labels = names.map(label);
  const axis = uprightShareAxis('answers that are right');
  const y = (field: string) => ({ field, type: 'quantitative', axis, scale: { domain: [0, 1] } });
  return chartSpec(width, {
    height: 260,
    data: { values: points.map((point) => ({ ...point, series: label(point.pipeline) })) },
    encoding: {
      x: {
        ...{ field: 'bin', type: 'ordinal', title: 'drafts that behave like the answer' },
        ...{ scale: { domain: BINS }, axis: { labelAngle: 0 } },
      },
      xOffset: { field: 'series', type: 'nominal', scale: { domain: labels } },
      color: seriesColour(labels, width),
    },
    layer: [
      {
        transform: [{ filter: 'datum.low !== null' }],
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
        encoding: { y: y('low'), y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { y: y('share'), shape: seriesShape(labels, width) },
      },
    ],
  });
}
