import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unifiedDiff } from '../../src/base/unified-diff.ts';

/** The old and the new lines of a diff's hunk. */
function sidesOf(diff: string): { before: string; after: string } {
  const lines = diff.split('\n').slice(3, -1);
  const side = (signs: string) =>
    lines
      .flatMap((line, place) => {
        if (!signs.includes(line[0]!)) return [];
        return [`${line.slice(1)}${lines[place + 1]?.startsWith('\\') ? '' : '\n'}`];
      })
      .join('');
  return { before: side(' -'), after: side(' +') };
}

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
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 12 }).map((lines) => lines.join(''));
  fc.assert(
    fc.property(text, text, fc.boolean(), (before, after, isOpen) => {
      const [old, own] = isOpen ? [`${before}end`, `${after}end`] : [before, after];
      const diff = unifiedDiff(old, own, 'x');
      if (old === own) return diff === '';
      const sides = sidesOf(diff);
      const place = old.indexOf(sides.before);
      const starts = [...old.matchAll(/^/gm)].map(({ index }) => index);
      return (
        place >= 0 &&
        starts.some(
          (at) =>
            old.startsWith(sides.before, at) &&
            own === old.slice(0, at) + sides.after + old.slice(at + sides.before.length),
        )
      );
    }),
  );
});
