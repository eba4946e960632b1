import { scaleOf } from './cell-text.ts';
import { type Cell, type Column, isTable, type Note, type Report, type Row } from './table.ts';

/**
 * A report as one JSON value: every cell with its column and its unit, in which its numbers are. A cell that does not apply is left out,
 * null is not known.
 */
export function renderJson(report: Report): string {
  return JSON.stringify(
    report.map((part) => {
      const notes = part.notes.map(noteText);
      if (!isTable(part)) return { notes };
      const { title, columns, rows } = part;
      return { title, columns, rows: rows.map((own) => rowJson(own, columns)), notes };
    }),
  );
}

function rowJson({ cells, depth }: Row, columns: readonly Column[]) {
  return { depth, cells: columns.flatMap((column, index) => cellJson(cells[index], column)) };
}

function cellJson(cell: Cell, column: Column) {
  if (cell === undefined) return [];
  return [{ column: column.name, value: inUnit(cell, scaleOf(column)), unit: column.unit }];
}

function inUnit(cell: Exclude<Cell, undefined>, scale: number): unknown {
  if (cell === null || typeof cell === 'string') return cell;
  if (typeof cell === 'number') return scale * cell;
  return Object.fromEntries(
    Object.entries(cell).map(([name, own]: [string, number | null]) => [name, own === null ? null : scale * own]),
  );
}

function noteText(note: Note): string {
  return typeof note === 'string' ? note : `${note.about}: ${note.text}`;
}
