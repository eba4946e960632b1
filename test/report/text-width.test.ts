import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth, shortened, wrapped, wrappedWithin } from '../../src/report/text-width.ts';

test('wide characters count as two columns, combining ones as none', () => {
  assert.equal(displayWidth('二倍ab'), 6);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('✅'), 2);
});

test('a text that does not fit loses its middle', () => {
  assert.equal(shortened('abcdefghij', 7), 'abc…hij');
  assert.equal(shortened('二倍二倍二倍', 6), '二…倍');
  assert.equal(shortened('short', 10), 'short');
});

test('words go on lines of a width', () => {
  assert.deepEqual(wrapped('one two three', 8), ['one two', 'three']);
  assert.deepEqual(wrapped('unbreakable x', 4), ['unbreakable', 'x']);
  assert.deepEqual(wrappedWithin('unbreakable x', 4), ['unbr', 'eaka', 'ble', 'x']);
  assert.deepEqual(wrappedWithin('二倍二', 3), ['二', '倍', '二']);
});
