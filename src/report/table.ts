import type { Interval } from '../statistics/interval.ts';

/**
 * What the cells of a column are. An `id` is to be copied, so that it is never shortened as text may be. Shares and `points` (a difference of shares) are numbers between -1 and 1, `change` and `difference`
 * are whole and other numbers with a sign, `p-value` is a probability.
 */
export type ColumnKind =
  | 'text'
  | 'id'
  | 'count'
  | 'change'
  | 'mean'
  | 'difference'
  | 'share'
  | 'points'
  | 'tokens'
  | 'seconds'
  | 'hours'
  | 'p-value';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of what the cells are numbers, such as `%`, `trials` or `tokens`; null of texts and p-values. */
  readonly unit: string | null;
  /** What the intervals in its cells cover, such as `95 %`; absent where there are none. */
  readonly interval?: string;
  /** Whether its texts are lists of names, which may stand on several lines: `solo, redraw`. */
  readonly isList?: true;
  /** Decimals to show, of the ends of intervals too, where they are not those of the kind. */
  readonly digits?: number;
}

/** A mean with the standard deviation of what it is the mean of; each null where it is not known. */
export interface MeanDeviation {
  readonly mean: number | null;
  readonly sd: number | null;
}

/** So many hits of so many cases. */
export interface Fraction {
  readonly hits: number;
  readonly of: number;
}

/** At least and at most. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** One value; numbers stay numbers. Null is not known, undefined does not apply. */
export type Cell = string | number | Interval | MeanDeviation | Fraction | Range | null | undefined;

/** Cells in the order of the columns. A row of its first cell alone is the heading of the deeper rows below it. */
export interface Row {
  readonly cells: readonly Cell[];
  /** 0 of a row that stands alone, one more than that of the row it belongs to. */
  readonly depth: number;
}

/** A sentence; `about` is the name of what it is about. */
export type Note = string | { readonly about: string; readonly text: string };

export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What to know when reading it. */
  readonly notes: readonly Note[];
}

/** Sentences that belong to no table. */
export interface Paragraph {
  readonly notes: readonly Note[];
}

/** What a command tells, in order; `renderText`, `renderHtml` and `renderJson` write it. */
export type Report = readonly (Table | Paragraph)[];

/** Whether a part of a report is a table. */
export function isTable(part: Table | Paragraph): part is Table {
  return 'columns' in part;
}

/** Whether a row has a name and nothing else, in a table that has more columns. */
export function isHeading({ cells }: Row, columns: readonly Column[]): boolean {
  return columns.length > 1 && cells.slice(1).every((cell) => cell === undefined);
}

/** A row that stands alone. */
export function row(...cells: readonly Cell[]): Row {
  return { cells, depth: 0 };
}

/** A heading and the rows below it, one deeper than they were. */
export function grouped(name: string, rows: readonly Row[]): Row[] {
  return [row(name), ...rows.map(deeper)];
}

/** The same row, one deeper: it belongs to the row above. */
export function deeper({ cells, depth }: Row): Row {
  return { cells, depth: depth + 1 };
}

/** A report of the parts that there are: a table without a row and a paragraph without a sentence are left out. */
export function reportOf(parts: readonly (Table | Paragraph)[]): Report {
  return parts.filter((part) => (isTable(part) ? part.rows.length > 0 : part.notes.length > 0));
}

/** A column of text. */
export function textColumn(name: string): Column {
  return { name, kind: 'text', unit: null };
}

/** A column of lists of names, such as `solo, redraw`. */
export function listColumn(name: string): Column {
  return { ...textColumn(name), isList: true };
}

/** A column of ids. */
export function idColumn(name: string): Column {
  return { name, kind: 'id', unit: null };
}

/** A column of whole numbers of something. */
export function countColumn(name: string, unit: string): Column {
  return { name, kind: 'count', unit };
}

/** A column of shares in per cent, with 95 % intervals over tasks where it is not said otherwise; null: without intervals. */
export function shareColumn(name: string, interval: string | null = '95 %'): Column {
  return { name, kind: 'share', unit: '%', ...(interval !== null && { interval }) };
}

/** A column of differences of shares in points; its intervals likewise. */
export function pointsColumn(name: string, interval: string | null = '95 %'): Column {
  return { name, kind: 'points', unit: 'points', ...(interval !== null && { interval }) };
}

/** A column of how many tasks a repeat solves. */
export function solvedColumn(name: string): Column {
  return { name, kind: 'mean', unit: 'tasks' };
}
