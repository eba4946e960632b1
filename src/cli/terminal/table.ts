import { printable } from '../../base/printable.ts';

/** What terminals show over two columns: East Asian scripts, full-width forms and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{3000}-\u{303e}\u{30fb}-\u{30ff}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\p{Emoji_Presentation}]/u;
const LEAST_NAME = 8;

/** Columns that tables for people keep to. */
export const TABLE_WIDTH = 80;

const ZERO = /[\p{Mn}\p{Me}]/u;

/**
 * A plain text table: the first column to the left, the others to the right, two spaces between. Given a `width`, names in
 * the first column lose their middle where the table would be wider.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = [header, ...rows.map((row) => row.map(printable))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))));
  const others = widths.slice(1).reduce((sum, other) => sum + other + 2, 0);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(LEAST_NAME, width - others));
  const line = ([name = '', ...values]: readonly string[]) =>
    [
      padded(shortened(name, widths[0] ?? 0), widths[0] ?? 0),
      ...values.map((value, column) => ' '.repeat((widths[column + 1] ?? 0) - displayWidth(value)) + value),
    ]
      .join('  ')
      .trimEnd();
  const [titles = [], ...body] = cells;
  return [line(titles), widths.map((column) => '-'.repeat(column)).join('  '), ...body.map(line)].join('\n');
}

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text, or its beginning and end with `…` between where it is wider than so many columns. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  const end = takeWidth(characters.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const start = takeWidth(characters, width - 1 - displayWidth(end.join('')));
  return `${start.join('')}…${end.join('')}`;
}

/** Words on lines of at most `width` columns; a word that is longer stands alone, whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let room = width;
  for (const character of characters) {
    room -= displayWidth(character);
    if (room < 0) break;
    taken.push(character);
  }
  return taken;
}
