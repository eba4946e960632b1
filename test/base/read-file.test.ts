import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readPython, readRecords, readText } from '../../src/base/read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-read-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const CAFE = 'first\ncaf\u00e9\n';

test('text is UTF-8, or UTF-16 by its byte order mark, packed or not', () => {
  assert.equal(readText(file('utf8.md', Buffer.from(CAFE))), CAFE);
  assert.equal(readText(file('mark.md', Buffer.from(`\ufeff${CAFE}`))), CAFE);
  assert.equal(readText(file('utf16.md', utf16(CAFE))), CAFE);
  assert.equal(readText(file('packed.md.gz', gzipSync(CAFE))), CAFE);
});

test('bytes that are no text are refused with the line, and records keep what can be read', () => {
  const bytes = file('latin.md', latin(CAFE));
  assert.throws(() => readText(bytes), {
    name: 'Refusal',
    message: `${bytes} is not UTF-8 (line 2): save it as UTF-8`,
  });
  assert.equal(readRecords(bytes), 'first\ncaf\ufffd\n');
  const unmarked = file('unmarked.md', Buffer.from(CAFE, 'utf16le'));
  assert.throws(() => readText(unmarked), { name: 'Refusal' });
  const zeros = file('zeros.md', Buffer.from('a\0b'));
  assert.throws(() => readText(zeros), { message: /has NUL bytes and is not text/ });
});

test('Python is read in the encoding that it declares, and refused where Python refuses it', () => {
  for (const head of ['# -*- coding: latin-1 -*-\n', '#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\n']) {
    assert.equal(readPython(file('declared.py', latin(`${head}x = "\u00e9"\n`))), `${head}x = "\u00e9"\n`);
  }
  const refused = (bytes: Uint8Array) => () => readPython(file('refused.py', bytes));
  assert.throws(refused(latin('x = "\u00e9"\n')), { message: /is not UTF-8 \(line 1\)/ });
  assert.throws(refused(latin('x = 1\n\n# coding: latin-1\ny = "\u00e9"\n')), { message: /is not UTF-8 \(line 4\)/ });
  assert.throws(refused(Buffer.from('# coding: klingon\n')), { message: /the encoding klingon, which is not known/ });
  assert.throws(refused(utf16('x = 1\n')), { message: /is UTF-16, which Python does not read/ });
  assert.throws(refused(Buffer.from('x = 1\0\n')), { message: /has NUL bytes/ });
});
