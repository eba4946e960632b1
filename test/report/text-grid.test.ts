import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GridRow, gridLines } from '../../src/report/text-grid.ts';

/** The first title is of text, the others are of numbers. */
function linesOf(titles: readonly string[], rows: readonly GridRow[], width?: number): string[] {
  const columns = titles.map((title, index) => ({
    title: title.split(' '),
    side: index === 0 ? ('left' as const) : ('right' as const),
    canShrink: index === 0,
  }));
  return gridLines({ columns, rows }, width);
}

test('text stands to the left, numbers to the right', () => {
  const rows = [
    ['a', '1'],
    ['long', '100'],
  ];
  assert.deepEqual(linesOf(['name', 'n'], rows), ['name    n', '----  ---', 'a       1', 'long  100']);
});

test('wide characters take two columns, combining ones none', () => {
  const rows = [
    ['二倍', '1'],
    ['e\u0301', '2'],
  ];
  assert.deepEqual(linesOf(['name', 'n'], rows), ['name  n', '----  -', '二倍  1', 'e\u0301     2']);
});

test('a heading goes across all columns', () => {
  const rows = ['a heading that is long', ['a', '1']];
  assert.deepEqual(linesOf(['name', 'n'], rows).slice(2), ['a heading that is long', 'a     1']);
});

test('in a narrow place titles go on several lines first', () => {
  const rows = [['some name', '1', '2']];
  assert.deepEqual(linesOf(['name', 'a long title', 'two'], rows, 22), [
    '           a long',
    'name        title  two',
    '---------  ------  ---',
    'some name       1    2',
  ]);
});

test('then texts lose their middle, and numbers never do', () => {
  const lines = linesOf(['name', 'number'], [['x'.repeat(100), '123456789']], 30);
  assert.deepEqual(
    lines.map(({ length }) => length),
    [30, 30, 30],
  );
  assert.match(lines[2] ?? '', /^x+…x+ {2}123456789$/);
});

test('then columns come below, each row named again', () => {
  const rows = ['group', ['one', '1'.repeat(20), '2'.repeat(20)]];
  assert.deepEqual(linesOf(['name', 'a', 'b'], rows, 40), [
    'name                     a',
    '----  --------------------',
    'group',
    'one   11111111111111111111',
    '',
    'name                     b',
    '----  --------------------',
    'group',
    'one   22222222222222222222',
  ]);
});

test('a list of names breaks between them, and comes below where they do not fit', () => {
  const columns = ['run', 'number', 'names'].map((title, place) => ({
    title: [title],
    side: place === 1 ? ('right' as const) : ('left' as const),
    canShrink: place === 2,
    isList: place === 2,
  }));
  const rows = [
    ['1', '100', 'qwen2.5-coder:1.5b, solo, redraw'],
    ['2', '20', 'solo'],
  ];
  assert.deepEqual(gridLines({ columns, rows }, 34), [
    'run  number  names',
    '---  ------  ---------------------',
    '1       100  qwen2.5-coder:1.5b,',
    '             solo, redraw',
    '2        20  solo',
  ]);
  assert.deepEqual(gridLines({ columns, rows }, 30).slice(4), [
    '',
    'run  names',
    '---  -------------------------',
    '1    qwen2.5-coder:1.5b, solo,',
    '     redraw',
    '2    solo',
  ]);
});
