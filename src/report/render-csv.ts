import { printable } from '../base/printable.ts';
import { scaleOf } from './cell-text.ts';
import { type Cell, type Column, isHeading, isTable, type Report, type Row, type Table } from './table.ts';

const COLUMNS = ['table', 'group', 'row', 'column', 'unit', 'value', 'low', 'high', 'sd', 'of'] as const;
type Place = (typeof COLUMNS)[number];
type Values = Readonly<Partial<Record<Place, string | number | null>>>;

/**
 * The tables of a report as one CSV with a line for each cell, so that one read of it gives all: the table, the row, the column, its unit,
 * and the value with the ends of its interval. A text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function renderCsv(report: Report): string {
  const lines = report.filter(isTable).flatMap(tableLines);
  const cells = lines.map((line) => COLUMNS.map((place) => fieldText(line[place])));
  return [COLUMNS, ...cells].map((line) => `${line.join(',')}\n`).join('');
}

function tableLines({ title, columns, rows }: Table): Values[] {
  const [, ...others] = columns;
  let group = '';
  return rows.flatMap((own) => {
    const name = String(own.cells[0] ?? '');
    if (isHeading(own, columns)) {
      group = name;
      return [];
    }
    const place = { table: title, group: own.depth === 0 ? '' : group, row: name };
    return others.flatMap((column, index) => cellLine(own, { column, index: index + 1 }, place));
  });
}

interface ColumnPlace {
  readonly column: Column;
  readonly index: number;
}

function cellLine({ cells }: Row, { column, index }: ColumnPlace, place: Values): Values[] {
  const cell = cells[index];
  if (cell === undefined) return [];
  return [{ ...place, column: column.name, unit: column.unit, ...valuesOf(cell, scaleOf(column)) }];
}

function valuesOf(cell: Exclude<Cell, undefined>, scale: number): Values {
  if (cell === null || typeof cell === 'string') return { value: cell };
  if (typeof cell === 'number') return { value: scale * cell };
  if ('low' in cell) return { value: scale * cell.mean, low: scale * cell.low, high: scale * cell.high };
  if ('sd' in cell) return { value: scaled(cell.mean, scale), sd: scaled(cell.sd, scale) };
  if ('of' in cell) return { value: cell.hits, of: cell.of };
  return { low: scale * cell.least, high: scale * cell.most };
}

function scaled(value: number | null, scale: number): number | null {
  return value === null ? null : scale * value;
}

function fieldText(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  const text = printable(value ?? '');
  const harmless = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
