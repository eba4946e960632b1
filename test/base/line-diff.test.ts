import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { diffExcerpt, lineDiff, unifiedDiff } from '../../src/base/line-diff.ts';
import { Random } from '../../src/statistics/random.ts';

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

test('keeps a longest common part, and shows it only near changes', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const after = ['a', 'b', 'c', 'd', 'e', 'F', 'g', 'h', 'i', 'j'];
  assert.deepEqual(diffExcerpt(lineDiff(text(before), text(after)), 1), [
    '…',
    '  e',
    '- f',
    '+ F',
    '  g',
    '…',
    '  i',
    '+ j',
  ]);
  assert.deepEqual(diffExcerpt(lineDiff('same\n', 'same')), ['…']);
  assert.deepEqual(diffExcerpt(lineDiff('', 'x = 1\n\n')), ['+ x = 1', '+']);
});

test('what is removed and kept is the one text, what is added and kept the other', () => {
  const random = Random.of(7);
  for (let round = 0; round < 200; round += 1) {
    const [before, after] = [0, 1].map(() =>
      Array.from({ length: 1 + random.below(12) }, () => 'abc'[random.below(3)]!),
    );
    const diff = lineDiff(text(before!), text(after!));
    const side = (sign: string) => diff.filter((line) => line.sign !== sign).map((line) => line.text);
    assert.deepEqual([side('+'), side('-')], [before, after]);
  }
});

test('a diff is what diff -u writes', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  assert.equal(
    unifiedDiff(before, before.replace('e\n', 'E\nE2\n'), 'x/y.py'),
    '--- a/x/y.py\n+++ b/x/y.py\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+E2\n f\n g\n h\n',
  );
  assert.equal(unifiedDiff(before, before, 'x'), '');
  assert.equal(
    unifiedDiff('a\r\nb', 'a\r\nc', 'x'),
    '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n',
  );
  assert.equal(unifiedDiff('', 'a\n', 'x'), '--- a/x\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n');
});

test('any two texts can be made of each other by their diff', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 40 }).map((lines) => lines.join(''));
  fc.assert(
    fc.property(text, text, fc.boolean(), (before, after, isOpen) => {
      const [old, own] = isOpen ? [`${before}end`, `${after}end`] : [before, after];
      const diff = unifiedDiff(old, own, 'x');
      return old === own ? diff === '' : applyPatch(old, diff) === own;
    }),
  );
});
