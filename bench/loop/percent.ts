import { bootstrapInterval } from '../../src/statistics/bootstrap.ts';

/** A share as per cent; empty where it is unknown. */
export function percent(value: number | null): string {
  return value === null ? '' : `${(100 * value).toFixed(1)} %`;
}

/** Shares of tasks less other shares of the same tasks, in points with the 95 % interval over tasks. */
export function gain(values: readonly number[], than: readonly number[]): string {
  const interval = bootstrapInterval(values.map((value, index) => value - than[index]!));
  if (interval === null) return '';
  const [by, low, high] = [interval.mean, interval.low, interval.high].map((value) => points(100 * value));
  return `${by} [${low}, ${high}]`;
}

function points(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}
