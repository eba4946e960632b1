import type { PipelineCost } from '../../analysis/costs.ts';
import { type Chart, chartSpec, isNarrow, labelsOf, percent, uprightShareAxis } from './chart.ts';

const HEIGHT = 320;
/** Pixels that a label takes in height. */
const LINE = 15;

/** What one pipeline solves and what it costs. */
export interface PricedPipeline {
  readonly pipeline: string;
  /** Mean tokens or seconds of a trial. */
  readonly price: number;
  readonly share: number;
}

/** The same with whether no other one solves as much for less. */
export interface FrontierPoint extends PricedPipeline {
  readonly isOnFrontier: boolean;
}

/** Pipelines with their prices in one unit. */
export interface Prices {
  readonly unit: 'tokens' | 'seconds';
  readonly points: readonly PricedPipeline[];
}

/** Solved against price, the frontier drawn through; null of one pipeline. */
export function frontierChart({ unit, points: priced }: Prices): Chart | null {
  const points = frontierPoints(priced);
  if (points.length < 2) return null;
  return {
    name: 'cost',
    title: `Solved against cost in ${unit}`,
    says: points.map((point) => pointText(point, unit)).join('; '),
    reading: `Up is better, left is cheaper. The line joins the pipelines than which no other solves as much for fewer ${unit}; hollow marks are beaten by one of them.`,
    spec: (width) => frontierSpec(points, unit, width),
  };
}

function pointText({ pipeline, price, share, isOnFrontier }: FrontierPoint, unit: string): string {
  const amount = price < 100 ? price.toFixed(1) : String(Math.round(price));
  return `${pipeline}: ${percent(share)} at ${amount} ${unit}${isOnFrontier ? ', on the frontier' : ''}`;
}

/** The prices of a run's pipelines in tokens, or in seconds where a model did not say its tokens. */
export function pricesOf(costs: readonly PipelineCost[]): Prices {
  const unit = costs.every(({ tokens }) => tokens !== null) ? 'tokens' : 'seconds';
  const points = costs.flatMap((cost) =>
    cost.share === null ? [] : [{ pipeline: cost.pipeline, share: cost.share, price: cost[unit]?.perTrial ?? 0 }],
  );
  return { unit, points };
}

/** The points of the chart, the cheapest first. */
export function frontierPoints(priced: readonly PricedPipeline[]): FrontierPoint[] {
  const beats = (other: PricedPipeline, own: PricedPipeline) =>
    other.price <= own.price && other.share >= own.share && (other.price < own.price || other.share > own.share);
  return priced
    .map((own) => ({ ...own, isOnFrontier: !priced.some((other) => beats(other, own)) }))
    .toSorted((one, other) => one.price - other.price);
}

function frontierSpec(points: readonly FrontierPoint[], unit: string, width: number) {
  const label = labelsOf(
    points.map(({ pipeline }) => pipeline),
    width,
  );
  const most = Math.max(...points.map(({ price }) => price));
  const values = placedLabels(
    points.map((point) => ({ ...point, label: label(point.pipeline) })),
    width,
  );
  const x = {
    ...{
      field: 'price',
      type: 'quantitative',
      title: `mean ${unit} of a trial`,
      axis: { tickCount: isNarrow(width) ? 4 : 8 },
    },
    scale: { domain: [0, most * 1.05], nice: true },
  };
  const y = { type: 'quantitative', axis: uprightShareAxis('trials that passed'), scale: { zero: false, nice: true } };
  const text = (isLeft: boolean) => ({
    transform: [{ filter: `datum.isLeft === ${isLeft}` }],
    mark: {
      type: 'text',
      align: isLeft ? 'right' : 'left',
      dx: isLeft ? -9 : 9,
      baseline: 'middle',
      color: 'currentColor',
      fontSize: 12,
    },
    encoding: { x, y: { ...y, field: 'labelShare' }, text: { field: 'label' } },
  });
  return chartSpec(width, {
    height: HEIGHT,
    data: { values },
    layer: [
      {
        transform: [{ filter: 'datum.isOnFrontier' }],
        mark: { type: 'line', color: 'var(--series-1)', strokeWidth: 2, opacity: 0.6 },
        encoding: { x, y: { ...y, field: 'share' } },
      },
      {
        mark: { type: 'point', size: 90, opacity: 1, strokeWidth: 2, stroke: 'var(--series-1)' },
        encoding: {
          ...{ x, y: { ...y, field: 'share' } },
          fill: { condition: { test: 'datum.isOnFrontier', value: 'var(--series-1)' }, value: 'var(--ground)' },
        },
      },
      text(true),
      text(false),
    ],
  });
}

interface Labelled extends FrontierPoint {
  readonly label: string;
}

/** Labels beside their points, moved up or down where two would lie on each other. */
function placedLabels(points: readonly Labelled[], width: number) {
  const shares = points.map(({ share }) => share);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const line = (LINE / (0.8 * HEIGHT)) * Math.max(0.02, most - least);
  const middle = Math.max(...points.map(({ price }) => price)) * (isNarrow(width) ? 0.4 : 0.6);
  const placed: { readonly isLeft: boolean; readonly labelShare: number; readonly price: number }[] = [];
  const reach = Math.max(...points.map(({ price }) => price)) * (isNarrow(width) ? 0.6 : 0.3);
  return points
    .toSorted((one, other) => other.share - one.share)
    .map((point) => {
      const isLeft = point.price > middle;
      const near = placed.filter((own) => Math.abs(own.price - point.price) < reach);
      const lowest = Math.min(...near.map(({ labelShare }) => labelShare - line), point.share);
      const own = { ...point, isLeft, labelShare: lowest };
      placed.push(own);
      return own;
    });
}
