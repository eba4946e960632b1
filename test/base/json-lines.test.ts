import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Refusal } from '../../src/base/errors.ts';
import { parseJson, parseJsonLines, readText } from '../../src/base/json-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-json-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: string | Buffer, name = 'file.txt'): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('readText', () => {
  it('leaves out a byte order mark and reads the encodings that one names', () => {
    assert.equal(readText(fileOf('\uFEFFdef é():')), 'def é():');
    assert.equal(readText(fileOf(gzipSync('\uFEFFx'), 'file.gz')), 'x');
    const text = Buffer.from('\uFEFFé = 1\r\n', 'utf16le');
    assert.equal(readText(fileOf(text)), 'é = 1\r\n');
    assert.equal(readText(fileOf(Buffer.from(text).swap16())), 'é = 1\r\n');
    assert.equal(readText(fileOf('')), '');
    assert.equal(readText(fileOf('a\uFEFFb')), 'a\uFEFFb');
  });
});

describe('JSON as Python writes it', () => {
  it('has null for numbers that JSON does not know, and leaves strings alone', () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity, 1], "NaN": "NaN, \\"Infinity\\"", "c": "-Infinity"}';
    const value = { a: null, b: [null, null, 1], NaN: 'NaN, "Infinity"', c: '-Infinity' };
    assert.deepEqual(parseJson(text, 'x.json'), value);
    assert.deepEqual(parseJsonLines(`\uFEFF${text}\r\n\r\n${text}`, 'x.jsonl'), [value, value]);
  });

  it('is the same as JSON for all that JSON has', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string(), (value, key) => {
        const withText = { [key]: value, text: 'NaN' };
        assert.deepEqual(parseJson(JSON.stringify(withText), 'x'), JSON.parse(JSON.stringify(withText)));
        const lines = `${JSON.stringify([withText])}\n{"x": NaN}`;
        assert.deepEqual(parseJsonLines(lines, 'x'), [JSON.parse(JSON.stringify([withText])), { x: null }]);
      }),
    );
  });

  it('is refused by its place where it is none', () => {
    for (const text of ['{"a": nan}', '{"a": NaNa}', '{NaN: 1}', '{"a": Infinit}', "{'a': NaN}"]) {
      assert.throws(() => parseJson(text, 'x.json'), Refusal, text);
      assert.throws(() => parseJsonLines(`1\n${text}`, 'x.jsonl'), /x\.jsonl, line 2/);
    }
  });
});
