import type { Interval } from '../../../src/statistics/interval.ts';
import type { Rate } from '../analysis/rates.ts';

/** A Markdown table: words to the left, the columns of numbers, which are all after the first where nothing is said, to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${header.map((_, column) => (column < words ? '---' : '---:')).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** `43.7 (38.3–49.2)`: per cent with the 95 % interval. */
export function perCent(interval: Interval | null): string {
  if (interval === null) return '-';
  const { mean, low, high } = interval;
  return `${hundredths(mean)} (${hundredths(low)}–${hundredths(high)})`;
}

/** `+3.1 (1.2 to 5.0)`: points with the 95 % interval. */
export function points(interval: Interval | null): string {
  if (interval === null) return '-';
  const { mean, low, high } = interval;
  const text = hundredths(mean);
  return `${mean > 0 && text !== '0.0' ? '+' : ''}${text} (${hundredths(low)} to ${hundredths(high)})`;
}

/** The share alone, where the table says elsewhere of how many. */
export function share({ share: interval }: Rate): string {
  return perCent(interval);
}

/** Hundred times the number, with one decimal. */
export function hundredths(value: number): string {
  const text = (100 * value).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
}
