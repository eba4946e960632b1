import type { FirstErrors } from '../../analysis/first-errors.ts';
import { printable } from '../../base/printable.ts';
import { type Chart, chartSpec, labelsOf, percent, seriesColour, seriesShape, shareAxis } from './chart.ts';

const MOST_ERRORS = 8;

/** How many failed drafts of one error one pipeline repaired. */
export interface FixRate {
  readonly pipeline: string;
  readonly error: string;
  readonly drafts: number;
  readonly share: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The share of failed drafts that end as a pass, by the error of the draft; null where no pipeline repairs or draws again. */
export function fixRateChart(firstErrors: readonly FirstErrors[]): Chart | null {
  const rates = fixRates(firstErrors);
  if (rates.length === 0) return null;
  return {
    name: 'fix-rates',
    title: 'Failed drafts that end as a pass, by the error of the draft',
    says: rates
      .map(({ pipeline, error, share, drafts }) => `${pipeline}, ${error}: ${percent(share)} of ${drafts}`)
      .join('; '),
    reading:
      'A dot is the share of the drafts with this first error whose trial passed in the end, its line the 95 % interval. The most frequent errors come first; errors of few drafts have wide intervals.',
    spec: (width) => fixRateSpec(rates, width),
  };
}

/** The rates of the most frequent errors, over all pipelines that have a stage. */
export function fixRates(firstErrors: readonly FirstErrors[]): FixRate[] {
  const rates = firstErrors.flatMap(({ pipeline, lines }) =>
    lines.flatMap(({ error, drafts, fixed }) => {
      if (error === null || fixed === null || fixed.of === 0) return [];
      const { low = null, high = null } = fixed.share ?? {};
      return [{ pipeline, error, drafts, share: fixed.share?.mean ?? fixed.hits / fixed.of, low, high }];
    }),
  );
  const shown = frequentErrors(rates);
  return rates
    .filter(({ error }) => shown.includes(error))
    .toSorted((one, other) => shown.indexOf(one.error) - shown.indexOf(other.error));
}

function frequentErrors(rates: readonly FixRate[]): string[] {
  const drafts = new Map<string, number>();
  for (const rate of rates) drafts.set(rate.error, (drafts.get(rate.error) ?? 0) + rate.drafts);
  const sorted = [...drafts].sort(([, one], [, other]) => other - one);
  return sorted.slice(0, MOST_ERRORS).map(([error]) => error);
}

function fixRateSpec(rates: readonly FixRate[], width: number) {
  const names = [...new Set(rates.map(({ pipeline }) => pipeline))];
  const label = labelsOf(names, width);
  const errors = [...new Set(rates.map(({ error }) => printable(error)))];
  const values = rates.map((rate) => ({ ...rate, series: label(rate.pipeline), error: printable(rate.error) }));
  const labels = names.map(label);
  const axis = shareAxis('drafts that end as a pass', width);
  const x = (field: string) => ({ field, type: 'quantitative', scale: { domain: [0, 1] }, axis });
  return chartSpec(width, {
    height: { step: Math.max(10, 26 / names.length), for: 'offset' },
    data: { values },
    encoding: {
      y: { field: 'error', type: 'nominal', scale: { domain: errors, paddingInner: 0.3 }, title: null },
      yOffset: { field: 'series', type: 'nominal', scale: { domain: labels } },
      color: seriesColour(labels, width),
    },
    layer: [
      {
        transform: [{ filter: 'datum.low !== null' }],
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x: x('share'), shape: seriesShape(labels, width) },
      },
    ],
  });
}
