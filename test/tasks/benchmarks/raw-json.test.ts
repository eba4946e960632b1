import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../../src/base/errors.ts';
import { readRawElements, readRawFields } from '../../../src/tasks/benchmarks/evalplus/raw-json.ts';

test('values stay as they are written', () => {
  const line = ' {"a": [1.0, 100000000000000000000, NaN, -Infinity], "b\\"c" : "x]}\\\\", "d":{"e":[]}, "f":null } ';
  assert.deepEqual(
    [...readRawFields(line, 'row')],
    [
      ['a', '[1.0, 100000000000000000000, NaN, -Infinity]'],
      ['b"c', '"x]}\\\\"'],
      ['d', '{"e":[]}'],
      ['f', 'null'],
    ],
  );
  assert.deepEqual(readRawElements('[[1, "a,]"], {"b": [2]}, 3.50 ]', 'row'), ['[1, "a,]"]', '{"b": [2]}', '3.50']);
  assert.deepEqual(readRawElements('[]', 'row'), []);
});

test('any JSON is taken apart and read again to the same value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (value, isWide) => {
      const fields = readRawFields(JSON.stringify(value, null, isWide ? 2 : 0), 'row');
      const again = [...fields].map(([name, raw]) => [name, JSON.parse(raw)]);
      assert.deepEqual(again, Object.entries(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test('broken JSON is refused by its place', () => {
  for (const line of [
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":[1}',
    '{"a":"x',
    '{"a":1}x',
    '{"a" 1}',
    '[1]',
    '{"a":}',
  ]) {
    assert.throws(() => readRawFields(line, 'file, row 3'), Refusal, line);
  }
  assert.throws(() => readRawFields('{"a": [1, ', 'file, row 3'), /file, row 3: broken JSON/);
});
