import { shortenApart } from './shorten-apart.ts';
import { displayWidth, padded, shortened, wrappedWithin, wrappedWords } from './text-width.ts';

/** A column of plain text. */
export interface GridColumn {
  /** Words that stay whole where the title goes on several lines. */
  readonly title: readonly string[];
  readonly side: 'left' | 'right';
  /** Whether its texts may be narrower than they are: they lose their middle, or a list goes on several lines. */
  readonly canShrink: boolean;
  /** Whether its texts are lists of names with commas between them. */
  readonly isList?: boolean;
}

/** A text for every column, or one heading across all of them. */
export type GridRow = readonly string[] | string;

export interface Grid {
  /** At least one; the first names the rows. */
  readonly columns: readonly GridColumn[];
  readonly rows: readonly GridRow[];
}

const GAP = '  ';
/** What a text is never shortened below. */
const LEAST_TEXT = 8;
/** Names of a list are never broken at fewer columns. */
const LONGEST_NAME = 20;
/** What a long word of a title is broken at. */
const LONGEST_WORD = 16;

/**
 * Aligned columns under their titles, on lines of at most `width` columns of a terminal. Where they are too wide titles go on several
 * lines, then lists do, and texts that may be shortened lose their middle, the longest first; what still does not fit comes below, each
 * row named again. Only a text that is wider than the page and may not be shortened goes beyond it.
 */
export function gridLines(grid: Grid, width = Number.POSITIVE_INFINITY): string[] {
  const least = grid.columns.map((_, column) => leastWidth(grid, column));
  return blocksOf(least, width).flatMap((columns, index) => [
    ...(index === 0 ? [] : ['']),
    ...blockLines(partOf(grid, columns), width),
  ]);
}

/** Which columns stand side by side: the first in every block, and of the others as many as fit. */
function blocksOf(least: readonly number[], width: number): number[][] {
  const blocks: number[][] = [[0]];
  let used = least[0] ?? 0;
  for (const [column, own] of least.entries()) {
    if (column === 0) continue;
    const block = blocks.at(-1) ?? [];
    if (used + GAP.length + own > width && block.length > 1) {
      blocks.push([0, column]);
      used = (least[0] ?? 0) + GAP.length + own;
    } else {
      block.push(column);
      used += GAP.length + own;
    }
  }
  return blocks;
}

function partOf({ columns, rows }: Grid, chosen: readonly number[]): Grid {
  const pick = (cells: readonly string[]) => chosen.map((column) => cells[column] ?? '');
  return {
    columns: chosen.flatMap((column) => columns[column] ?? []),
    rows: rows.map((cells) => (typeof cells === 'string' ? cells : pick(cells))),
  };
}

function blockLines(grid: Grid, width: number): string[] {
  const { columns, rows } = grid;
  const widths = fittingWidths(grid, width);
  const titles = columns.map(({ title }, column) => wordLines(title, widths[column] ?? 0));
  const height = Math.max(...titles.map(({ length }) => length));
  const short = columns.map((_, column) => {
    const texts = rows.flatMap((cells) => (typeof cells === 'string' ? [] : [cells[column] ?? '']));
    return shortenApart(texts, widths[column] ?? 0);
  });
  const line = (cells: readonly string[]) =>
    columns
      .map(({ side }, column) => padded(cells[column] ?? '', widths[column] ?? 0, side))
      .join(GAP)
      .trimEnd();
  const rowLines = (cells: readonly string[]) => {
    const texts = columns.map(({ isList = false }, column) => {
      const text = cells[column] ?? '';
      return isList ? wordLines(namesOf(text), widths[column] ?? 0) : [short[column]?.get(text) ?? text];
    });
    const most = Math.max(...texts.map(({ length }) => length));
    return Array.from({ length: most }, (_, at) => line(texts.map((lines) => lines[at] ?? '')));
  };
  return [
    ...Array.from({ length: height }, (_, at) => line(titles.map((lines) => lines[at - height + lines.length] ?? ''))),
    widths.map((own) => '-'.repeat(own)).join(GAP),
    ...rows.flatMap((cells) => (typeof cells === 'string' ? [shortened(cells, width)] : rowLines(cells))),
  ];
}

/** The natural widths, or as much less of them as it takes. */
function fittingWidths(grid: Grid, width: number): number[] {
  const { columns } = grid;
  const widths = columns.map(({ title }, column) => Math.max(displayWidth(title.join(' ')), bodyWidth(grid, column)));
  const excess = () => widths.reduce((sum, own) => sum + own, GAP.length * (widths.length - 1)) - width;
  const narrow = columns.map(({ title }, column) => Math.max(longestWord(title), bodyWidth(grid, column)));
  const bySaving = [...columns.keys()].sort((one, other) => saving(other) - saving(one));
  for (const column of bySaving)
    widths[column] = Math.max(narrow[column] ?? 0, (widths[column] ?? 0) - Math.max(0, excess()));
  while (excess() > 0) {
    const longest = longestText(grid, widths);
    if (longest === null) break;
    widths[longest] = (widths[longest] ?? 0) - 1;
  }
  return widths;

  function saving(column: number): number {
    return (widths[column] ?? 0) - (narrow[column] ?? 0);
  }
}

/** The widest column that may be shortened, the last of equals; null where there is none. */
function longestText(grid: Grid, widths: readonly number[]): number | null {
  const shrinkable = [...widths.keys()].filter((column) => (widths[column] ?? 0) > leastWidth(grid, column));
  const most = Math.max(...shrinkable.map((column) => widths[column] ?? 0));
  return shrinkable.findLast((column) => widths[column] === most) ?? null;
}

function leastWidth(grid: Grid, column: number): number {
  const { canShrink = false, isList = false, title = [] } = grid.columns[column] ?? {};
  const body = bodyWidth(grid, column);
  const least = isList ? Math.min(LONGEST_NAME, longestName(grid, column)) : LEAST_TEXT;
  return Math.max(longestWord(title), canShrink ? Math.min(body, least) : body);
}

function bodyWidth({ rows }: Grid, column: number): number {
  return Math.max(0, ...rows.map((cells) => (typeof cells === 'string' ? 0 : displayWidth(cells[column] ?? ''))));
}

function longestName({ rows }: Grid, column: number): number {
  const names = rows.flatMap((cells) => (typeof cells === 'string' ? [] : namesOf(cells[column] ?? '')));
  return Math.max(0, ...names.map(displayWidth));
}

/** The names of a list, each with the comma after it. */
function namesOf(list: string): string[] {
  const names = list.split(', ');
  return names.map((name, place) => (place < names.length - 1 ? `${name},` : name));
}

function longestWord(title: readonly string[]): number {
  return Math.min(LONGEST_WORD, Math.max(0, ...title.map(displayWidth)));
}

/** The words on lines of a width; what is wider than a line is broken. */
function wordLines(title: readonly string[], width: number): string[] {
  return wrappedWords(title, width).flatMap((line) =>
    displayWidth(line) <= width ? [line] : wrappedWithin(line, width),
  );
}
