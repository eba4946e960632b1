import { printable } from '../base/printable.ts';
import { cellText, titleWords } from './cell-text.ts';
import { type Column, isHeading, isTable, type Note, type Paragraph, type Report, type Table } from './table.ts';
import { type GridColumn, type GridRow, gridLines } from './text-grid.ts';
import { LABEL_WIDTH, shortened, TEXT_WIDTH, wrappedWithin } from './text-width.ts';

/** A page is at least so wide, however narrow the terminal is. */
const LEAST_WIDTH = 40;

/**
 * A report as lines of at most `width` columns of a terminal, or 40; only an id that is wider goes beyond. Sentences keep to 80, control
 * characters are written as escapes, and no row is lost.
 */
export function renderText(report: Report, width: number = TEXT_WIDTH): string {
  const room = Math.max(LEAST_WIDTH, width);
  return report.map((part) => linesOf(part, room).join('\n')).join('\n\n');
}

function linesOf(part: Table | Paragraph, width: number): string[] {
  const notes = part.notes.flatMap((note) => noteLines(note, width));
  if (!isTable(part)) return notes;
  return [...sentence(part.title, width), ...tableLines(part, width), ...notes];
}

function tableLines({ columns, rows }: Table, width: number): string[] {
  const gridRows = rows.map((own): GridRow => {
    const [name = '', ...values] = columns.map((column, index) => printable(cellText(own.cells[index], column)));
    const indented = '  '.repeat(own.depth) + name;
    return isHeading(own, columns) ? indented : [indented, ...values];
  });
  return gridLines({ columns: columns.map(gridColumn), rows: gridRows }, width);
}

function gridColumn(column: Column): GridColumn {
  const { kind, isList = false } = column;
  const side = kind === 'text' || kind === 'id' ? 'left' : 'right';
  return { title: titleWords(column).map(printable), side, canShrink: kind === 'text', isList };
}

function noteLines(note: Note, width: number): string[] {
  if (typeof note === 'string') return sentence(note, width);
  return sentence(`${shortened(printable(note.about), LABEL_WIDTH)}: ${note.text}`, width);
}

function sentence(text: string, width: number): string[] {
  return wrappedWithin(printable(text), Math.min(width, TEXT_WIDTH));
}
