import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmlessJson } from '../../src/cli/terminal/output.ts';
import { displayWidth, formatTable, shortened, wrapped } from '../../src/cli/terminal/table.ts';

test('the first column stands to the left, numbers to the right', () => {
  const table = formatTable(
    ['name', 'n'],
    [
      ['a', '1'],
      ['long', '100'],
    ],
  );
  assert.equal(table, 'name    n\n----  ---\na       1\nlong  100');
});

test('wide characters count as two columns, combining ones as none', () => {
  assert.equal(displayWidth('二倍ab'), 6);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('✅'), 2);
  const table = formatTable(
    ['name', 'n'],
    [
      ['二倍', '1'],
      ['e\u0301', '2'],
    ],
  );
  assert.equal(table, 'name  n\n----  -\n二倍  1\ne\u0301     2');
});

test('a name that does not fit loses its middle', () => {
  assert.equal(shortened('abcdefghij', 7), 'abc…hij');
  assert.equal(shortened('二倍二倍二倍', 6), '二…倍');
  assert.equal(shortened('short', 10), 'short');
  const table = formatTable(['name', 'number'], [['x'.repeat(100), '1']], 30);
  assert.deepEqual(
    table.split('\n').map((line) => line.length),
    [30, 30, 30],
  );
});

test('control characters are shown as escapes', () => {
  assert.match(formatTable(['name'], [['a\u001b[2J\nb']]), /a\\u\{1b\}\[2J\\u\{a\}b/);
});

test('words go on lines of a width', () => {
  assert.deepEqual(wrapped('one two three', 8), ['one two', 'three']);
  assert.deepEqual(wrapped('unbreakable x', 4), ['unbreakable', 'x']);
});

test('JSON for a terminal says the same without what a terminal would obey', () => {
  const value = { text: 'a\u009b2J\u202e\u200b\u{e0041}\u007f\u2028é\u001b' };
  const text = harmlessJson(JSON.stringify(value));
  assert.deepEqual(JSON.parse(text), value);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  assert.ok(text.includes('é'));
});
