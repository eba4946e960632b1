import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffExcerpt, lineDiff } from '../../src/base/line-diff.ts';
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
  assert.deepEqual(diffExcerpt(lineDiff('', 'x = 1\n\n')), ['+ x = 1', '']);
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
