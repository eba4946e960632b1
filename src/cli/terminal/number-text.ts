import type { Solved } from '../../analysis/summary.ts';
import type { Interval } from '../../statistics/interval.ts';

/** `41.0 [36, 46]`: a share in per cent with its interval, or without one where tasks are too few; `-` where it is unknown. */
export function shareText(share: number | null, interval: Interval | null): string {
  const perCent = (value: number, digits: number) => (100 * value).toFixed(digits);
  if (interval === null) return share === null ? '-' : perCent(share, 1);
  const { mean, low, high } = interval;
  return `${perCent(mean, 1)} [${perCent(low, 0)}, ${perCent(high, 0)}]`;
}

/** `+17.4 [+10.0, +24.8]`: a difference of shares in points; without an interval the difference alone, where it is known. */
export function pointsText(interval: Interval | null, difference?: number): string {
  if (interval === null) return difference === undefined ? '-' : signed(100 * difference);
  const [mean, low, high] = [interval.mean, interval.low, interval.high].map((share) => signed(100 * share));
  return `${mean} [${low}, ${high}]`;
}

/** `93.6 ±3.0`: mean and standard deviation of the tasks solved in a repeat. */
export function solvedText({ mean, sd }: Pick<Solved, 'mean' | 'sd'>): string {
  return `${mean?.toFixed(1) ?? '-'}${sd === null ? '' : ` ±${sd.toFixed(1)}`}`;
}

/** A number with its sign and one decimal. */
export function signed(value: number): string {
  const size = Math.abs(value).toFixed(1);
  return `${value < 0 && size !== '0.0' ? '-' : '+'}${size}`;
}

/** A p-value. */
export function chanceText(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** A number of tokens: `9876`, `12k`, `10.0M`. */
export function compact(tokens: number): string {
  if (tokens < 10_000) return String(tokens);
  return tokens < 10_000_000 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** Lines after a blank one; nothing where there are none. */
export function section(content: string | readonly string[] | null): string[] {
  const lines = content === null ? [] : typeof content === 'string' ? [content] : content;
  return lines.length === 0 ? [] : ['', ...lines];
}
