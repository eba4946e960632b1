import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Refusal } from '../../src/base/errors.ts';
import { parseJson, parseJsonLines } from '../../src/base/json-lines.ts';
import { readText } from '../../src/base/read-file.ts';
import { parseYaml } from '../../src/base/yaml.ts';

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

  it('refuses what is too large, before and after it is unpacked, by its size', () => {
    const zeros = gzipSync(Buffer.alloc(2 ** 20, 'x'));
    const bomb = Buffer.concat(Array(260).fill(zeros));
    assert.throws(
      () => readText(fileOf(bomb, 'bomb.gz')),
      refusal(/bomb\.gz is larger than 250 MiB when unpacked; split it/),
    );
    truncateSync(fileOf('', 'sparse'), 600 * 2 ** 20);
    assert.throws(() => readText(join(folder, 'sparse')), refusal(/sparse is larger than 500 MiB; split it/));
    assert.equal(readText(fileOf(Buffer.concat([zeros, zeros]), 'two.gz')).length, 2 ** 21);
  });

  it('refuses packed files that break off, devices and folders in one line', () => {
    const packed = gzipSync('x'.repeat(1000));
    for (const bytes of [packed.subarray(0, 15), packed.subarray(0, -1), Buffer.from('plain'), Buffer.alloc(0)]) {
      if (bytes.length > 0)
        assert.throws(() => readText(fileOf(bytes, 'b.gz')), refusal(/b\.gz is an incomplete gzip/));
    }
    assert.throws(() => readText('/dev/zero'), refusal(/is a device/));
    assert.throws(() => readText(folder), refusal(/is a folder/));
    assert.throws(() => readText(join(folder, 'none')), refusal(/does not exist/));
  });

  it('reads a pipe to its end', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    spawn('sh', ['-c', `head -c 3000000 /dev/zero | tr '\\0' x > ${pipe}`]);
    assert.equal(readText(pipe), 'x'.repeat(3_000_000));
  });
});

function refusal(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.match(error.message, message);
    assert.match(error.message, /^[^\p{Cc}]{1,400}$/u);
    return true;
  };
}

describe('JSON that is too much', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  for (const [what, text] of [
    ['nests deep', deep(501)],
    ['nests very deep', deep(2_000_000)],
    ['never closes', '{"a":'.repeat(100_000)],
    ['holds millions of values', `[${'[],'.repeat(11_000_000)}0]`],
    ['is a string without an end', `"${'\\"'.repeat(2_000_000)}`],
    ['is quotes and backslashes', '"\\\\'.repeat(1_000_001)],
    ['holds NUL', '\0\0'],
    ['is a terminal escape', '\u001b[2J\u009b'],
    ['holds NaN in quotes without an end', `NaN "${'\\"NaN '.repeat(300_000)}`],
  ] as const) {
    it(`is refused where it ${what}`, () => {
      assert.throws(() => parseJson(text, 'x.json'), refusal(/^x\.json is not JSON: /));
      assert.throws(() => parseJsonLines(`1\n${text}`, 'x.jsonl'), refusal(/^x\.jsonl, line 2: /));
    });
  }

  it('is refused where all lines together are', () => {
    const line = `[${'0,'.repeat(999_999)}0]\n`;
    assert.throws(() => parseJsonLines(line.repeat(11), 'x.jsonl'), refusal(/^x\.jsonl, line 10: the JSON holds more/));
  });

  it('is read where it is not quite', () => {
    assert.deepEqual(parseJson(deep(3), 'x'), [[[]]]);
    assert.ok(parseJson(deep(500), 'x'));
    assert.deepEqual(parseJsonLines(`${'\n'.repeat(3_000_000)}1`, 'x'), [1]);
    const quoted = JSON.stringify({ text: '[{"'.repeat(200_000) });
    assert.deepEqual(parseJsonLines(quoted, 'x'), [JSON.parse(quoted)]);
  });
});

describe('YAML', () => {
  it('is read as JSON is', () => {
    assert.deepEqual(parseYaml('a: [1, {b: "x"}]', 'x.yaml'), { a: [1, { b: 'x' }] });
  });

  for (const [what, text] of [
    ['nests deep', '['.repeat(100_000)],
    ['nests deep by blocks', Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['nests deep in a line', '- '.repeat(20_000)],
    [
      'multiplies itself',
      Array.from({ length: 30 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1},`.repeat(n && 9)}]`).join('\n'),
    ],
    ['is too long', `- ${'x'.repeat(2 ** 21)}`],
    ['is a terminal escape', '"\u001b[2J'],
    ['is a tab', '\t- a: \tb\n\t- c'],
  ] as const) {
    it(`is refused in one line where it ${what}`, () => {
      assert.throws(
        () => parseYaml(text, 'x.yaml'),
        (error) => {
          assert.ok(error instanceof Refusal, String(error));
          assert.match(error.message, /^x\.yaml is [^\n]{1,300}$/);
          return true;
        },
      );
    });
  }
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
