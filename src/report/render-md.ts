import { printable } from '../base/printable.ts';
import { cellText, columnTitle } from './cell-text.ts';
import {
  type Column,
  isHeading,
  isTable,
  type Note,
  type Paragraph,
  type Report,
  type Row,
  type Table,
} from './table.ts';

/** A report as Markdown: each table under its title, with numbers to the right. Nothing in a cell is taken for markup. */
export function renderMd(report: Report): string {
  return report.map((part) => (isTable(part) ? tableMd(part) : paragraphMd(part))).join('\n');
}

/** Text that Markdown shows as it is, on one line. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&');
}

function paragraphMd({ notes }: Paragraph): string {
  return notes.map((note) => `${noteMd(note)}\n`).join('\n');
}

function tableMd({ title, columns, rows, notes }: Table): string {
  const lines = [
    columns.map((column) => markdownText(columnTitle(column))),
    columns.map(({ kind }) => (kind === 'text' || kind === 'id' ? ':--' : '--:')),
    ...rows.map((own) => rowMd(own, columns)),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const list = notes.length === 0 ? '' : `\n${notes.map((note) => `- ${noteMd(note)}`).join('\n')}\n`;
  return `**${markdownText(title)}**\n\n${lines.join('\n')}\n${list}`;
}

/** The name of a row that belongs to a heading is moved in; the heading itself stands in bold. */
function rowMd(own: Row, columns: readonly Column[]): string[] {
  const [name = '', ...values] = columns.map((column, index) => markdownText(cellText(own.cells[index], column)));
  if (isHeading(own, columns)) return [`**${name}**`, ...values];
  return [`${'&nbsp;&nbsp;'.repeat(own.depth)}${name}`, ...values];
}

function noteMd(note: Note): string {
  return typeof note === 'string' ? markdownText(note) : `**${markdownText(note.about)}**: ${markdownText(note.text)}`;
}
