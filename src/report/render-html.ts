import { printable } from '../base/printable.ts';
import { cellText, titleWords } from './cell-text.ts';
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

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A report as HTML without script or style, to stand in the body of a page: a `section` for each part, tables with
 * caption and headings, each in an element of the class `wide` that may scroll.
 */
export function renderHtml(report: Report): string {
  return report
    .map((part) => `<section>\n${(isTable(part) ? tableHtml(part) : paragraphHtml(part)).join('\n')}\n</section>\n`)
    .join('');
}

function paragraphHtml({ notes }: Paragraph): string[] {
  return notes.map((note) => `<p>${noteHtml(note)}</p>`);
}

function tableHtml({ title, columns, rows, notes }: Table): string[] {
  const titles = columns.map((column) => `<th scope="col" class="${column.kind}">${titleHtml(column)}</th>`);
  return [
    `<div class="wide" role="region" tabindex="0" aria-label="${escaped(title)}">`,
    '<table>',
    `<caption>${escaped(title)}</caption>`,
    `<thead>\n<tr>${titles.join('')}</tr>\n</thead>`,
    ...bodiesOf(rows, columns).map(
      (body) => `<tbody>\n${body.map((own) => rowHtml(own, columns)).join('\n')}\n</tbody>`,
    ),
    '</table>',
    '</div>',
    ...(notes.length === 0 ? [] : [`<ul>\n${notes.map((note) => `<li>${noteHtml(note)}</li>`).join('\n')}\n</ul>`]),
  ];
}

/** A body of its own for each heading and the rows that it is of. */
function bodiesOf(rows: readonly Row[], columns: readonly Column[]): Row[][] {
  const bodies: Row[][] = [];
  for (const own of rows) {
    const last = bodies.at(-1);
    if (last === undefined || isHeading(own, columns)) bodies.push([own]);
    else last.push(own);
  }
  return bodies;
}

/** Its lines break between words alone: `[95 %]` is one. */
function titleHtml(column: Column): string {
  return titleWords(column)
    .map((word) => escaped(word.replaceAll(' ', '\u00a0')))
    .join(' ');
}

function rowHtml(own: Row, columns: readonly Column[]): string {
  const [first, ...others] = columns.map((column, index) => ({
    kind: column.kind,
    text: escaped(cellText(own.cells[index], column)),
  }));
  const name = first?.text ?? '';
  if (isHeading(own, columns)) return `<tr><th scope="rowgroup" colspan="${columns.length}">${name}</th></tr>`;
  const values = others.map(({ kind, text }) => `<td class="${kind}">${text}</td>`);
  return `<tr class="depth-${own.depth}"><th scope="row">${name}</th>${values.join('')}</tr>`;
}

function noteHtml(note: Note): string {
  return typeof note === 'string' ? escaped(note) : `<b>${escaped(note.about)}</b>: ${escaped(note.text)}`;
}

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
