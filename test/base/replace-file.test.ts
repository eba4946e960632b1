import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { replaceFile } from '../../src/base/replace-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-replace-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.py');

test('a file is replaced whole with its rights, and nothing else is left', () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o751);
  replaceFile(path, Buffer.from('old'), Buffer.from('new'));
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(statSync(path).mode & 0o7777, 0o751);
  assert.deepEqual(readdirSync(folder), ['a.py']);
});

test('a file that holds something else by now is left as it is', () => {
  writeFileSync(path, 'changed');
  assert.throws(
    () => replaceFile(path, Buffer.from('old'), Buffer.from('new')),
    /has changed meanwhile and is left as it is/,
  );
  assert.equal(readFileSync(path, 'utf8'), 'changed');
  assert.deepEqual(readdirSync(folder), ['a.py']);
});

test('a file that is gone, or whose folder is, is refused with the reason', () => {
  assert.throws(
    () => replaceFile(join(folder, 'none.py'), Buffer.from(''), Buffer.from('')),
    /cannot write .*none\.py: ENOENT/,
  );
  assert.deepEqual(readdirSync(folder), ['a.py']);
});

test('what stands in the way of the new file is not written over', () => {
  writeFileSync(path, 'old');
  const beside = join(folder, `.a.py.greenloop-${process.pid}`);
  linkSync(path, beside);
  assert.throws(() => replaceFile(path, Buffer.from('old'), Buffer.from('new')), /cannot write/);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.ok(lstatSync(beside).isFile());
});
