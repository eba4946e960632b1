import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../src/base/printable.ts';
import { cellText } from '../../src/report/cell-text.ts';
import { renderCsv } from '../../src/report/render-csv.ts';
import { renderHtml } from '../../src/report/render-html.ts';
import { renderJson } from '../../src/report/render-json.ts';
import { renderMd } from '../../src/report/render-md.ts';
import { renderText } from '../../src/report/render-text.ts';
import { type Cell, type Column, isHeading, type Row, row, shareColumn, type Table } from '../../src/report/table.ts';
import { displayWidth } from '../../src/report/text-width.ts';
import { assertNoControls } from '../cli/cli.ts';

const HOSTILE = [
  '<b>',
  '&amp;',
  '"',
  "'",
  '\u001b[2J',
  '\n',
  '\u202e',
  '二倍',
  '✅',
  'e\u0301',
  ' ',
  'a',
  '-',
  '=1',
  '|',
  '`',
  '*',
  ',',
  '\\',
];
const texts = fc.array(fc.constantFrom(...HOSTILE, 'word'), { maxLength: 40 }).map((parts) => parts.join(''));
/** Numbers as tables have them, so that an interval of them fits into the narrowest page. */
const numbers = fc.double({ min: -10, max: 10, noNaN: true });
const KINDS = [
  'count',
  'change',
  'mean',
  'difference',
  'share',
  'points',
  'tokens',
  'seconds',
  'hours',
  'p-value',
] as const;

const columns: fc.Arbitrary<Column> = fc.oneof(
  fc.record({ name: texts, kind: fc.constant('text' as const), unit: fc.constant(null) }),
  fc.record({ name: texts, kind: fc.constantFrom(...KINDS), unit: texts }),
  fc.record({ name: texts, kind: fc.constantFrom(...KINDS), unit: texts, interval: texts }),
);

function cellOf({ kind }: Column): fc.Arbitrary<Cell> {
  const missing = fc.constantFrom(null, undefined);
  if (kind === 'text') return fc.oneof(texts, missing);
  const intervals = fc.record({ mean: numbers, low: numbers, high: numbers });
  const deviations = fc.record({ mean: fc.option(numbers), sd: fc.option(numbers) });
  const fractions = fc.record({ hits: fc.nat({ max: 100_000 }), of: fc.nat({ max: 100_000 }) });
  const ranges = fc.record({ least: fc.nat({ max: 100_000 }), most: fc.nat({ max: 100_000 }) });
  const words = fc.constantFrom('more tasks', '<b>', '\u001b[2J');
  return fc.oneof(numbers, words, missing, intervals, deviations, fractions, ranges);
}

function rowOf([first, ...others]: readonly Column[]): fc.Arbitrary<Row> {
  if (first === undefined) return fc.constant(row());
  return fc.record({
    cells: fc.tuple(texts, ...others.map(cellOf)),
    depth: fc.nat({ max: 2 }),
  });
}

const notes = fc.array(fc.oneof(texts, fc.record({ about: texts, text: texts })), { maxLength: 3 });
const tables: fc.Arbitrary<Table> = fc
  .tuple(fc.constant<Column>({ name: 'name', kind: 'text', unit: null }), fc.array(columns, { maxLength: 9 }))
  .chain(([first, others]) => {
    const all = [first, ...others];
    return fc.record({
      title: texts,
      columns: fc.constant(all),
      rows: fc.array(rowOf(all), { minLength: 1, maxLength: 6 }),
      notes,
    });
  });

/** A table whose rows can be told apart in any rendering. */
function numbered(table: Table): Table {
  const rows = table.rows.map(({ cells: [, ...others], depth }, index) => ({ cells: [`r${index}`, ...others], depth }));
  return { ...table, rows };
}

test('as text no line is wider than the page, no row is lost, and nothing commands the terminal', () => {
  fc.assert(
    fc.property(fc.array(tables, { maxLength: 3 }), fc.integer({ min: 20, max: 160 }), (report, width) => {
      const text = renderText(report.map(numbered), width);
      assertNoControls(text);
      const lines = text.split('\n');
      for (const line of lines) assert.ok(displayWidth(line) <= Math.max(40, width), JSON.stringify(line));
      for (const { rows } of report) {
        for (const index of rows.keys())
          assert.ok(lines.some((line) => line.trimStart().split(' ')[0] === `r${index}`));
      }
    }),
  );
});

test('as text every number of every row is there', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { columns: all, rows } = numbered(table);
      const lines = renderText([{ ...numbered(table), title: '', notes: [] }], 80).split('\n');
      for (const [index, own] of rows.entries()) {
        const shown = lines.filter((line) => line.trimStart().split(' ')[0] === `r${index}`).join(' ');
        for (const [column, cell] of own.cells.entries()) {
          if (typeof cell === 'number') assert.ok(shown.includes(cellText(cell, all[column]!)), shown);
        }
      }
    }),
  );
});

test('as HTML every cell, heading and note is escaped, and every row has its cells', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const html = renderHtml([table]);
      assertNoControls(html);
      assert.doesNotMatch(html.replaceAll(TAG, '').replaceAll(ENTITY, ''), /[<>&"']/);
      const { columns: all, rows } = table;
      const headings = rows.filter((own) => isHeading(own, all)).length;
      assert.equal(html.split('<tr').length - 1, rows.length + 1);
      assert.equal(html.split('<td').length - 1, (rows.length - headings) * (all.length - 1));
    }),
  );
});

/** Those that a report is made of, with nothing but their own attributes. */
const TAG =
  /<\/?(?:section|div|table|caption|thead|tbody|tr|th|td|ul|li|p|b)(?: (?:class|scope|colspan|role|tabindex)="[\w-]+"| aria-label="[^<>"']*")*>/g;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

test('as Markdown no text of a table is markup, and every row has its cells', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const lines = renderMd([{ ...table, notes: [] }])
        .split('\n')
        .filter((line) => line.startsWith('| '));
      assert.equal(lines.length, table.rows.length + 2);
      for (const line of lines) {
        const bare = line.replaceAll(/\\./g, '').replaceAll('&nbsp;', '').replaceAll('**', '');
        assert.equal(bare.split('|').length - 2, table.columns.length);
        assert.doesNotMatch(bare, /[<>`*_[\]#&]/);
      }
    }),
  );
});

test('as CSV every cell that applies has a line of ten fields, and none is a formula', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const [heading, ...lines] = renderCsv([table]).trimEnd().split('\n');
      assert.equal(heading?.split(',').length, 10);
      const isOwn = (own: Row) => !isHeading(own, table.columns);
      const cells = table.rows
        .filter(isOwn)
        .flatMap((own) => table.columns.slice(1).filter((_, at) => own.cells[at + 1] !== undefined));
      assert.equal(lines.filter((line) => line !== '').length, cells.length);
      for (const line of lines) {
        const fields = line.replaceAll(/"(?:[^"]|"")*"/g, 'quoted').split(',');
        assert.ok(line === '' || fields.length === 10, line);
        assert.ok(!fields.some((field) => /^[=+@]/.test(field)), line);
      }
    }),
  );
});

test('as JSON every cell that applies is there, with its unit', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const [{ rows }] = JSON.parse(renderJson([table]));
      assert.deepEqual(
        rows.map(({ cells }: { cells: { unit: unknown }[] }) => cells.map(({ unit }) => unit)),
        table.rows.map(({ cells }) => table.columns.flatMap(({ unit }, at) => (cells[at] === undefined ? [] : [unit]))),
      );
    }),
  );
  const share = shareColumn('passed');
  const table = { title: 't', columns: [share], rows: [row({ mean: 0.5, low: 0.25, high: 0.75 })], notes: [] };
  assert.deepEqual(JSON.parse(renderJson([table]))[0].rows[0].cells, [
    { column: 'passed', value: { mean: 50, low: 25, high: 75 }, unit: '%' },
  ]);
});

test('control characters of names are shown as escapes', () => {
  const table = {
    title: 't',
    columns: [{ name: 'name', kind: 'text', unit: null }],
    rows: [row('a\u001b[2J\nb')],
    notes: [],
  } as const;
  assert.match(renderText([table]), /a\\u\{1b\}\[2J\\u\{a\}b/);
  assert.match(renderHtml([table]), /a\\u\{1b\}\[2J\\u\{a\}b/);
  assert.equal(printable('\n'), '\\u{a}');
});
