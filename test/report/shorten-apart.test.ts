import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortenApart } from '../../src/report/shorten-apart.ts';
import { gridLines } from '../../src/report/text-grid.ts';
import { displayWidth } from '../../src/report/text-width.ts';
import { Random } from '../../src/statistics/random.ts';

test('what fits stays, what does not loses its middle, and what tells names apart is kept', () => {
  assert.deepEqual([...shortenApart(['solo', 'loop'], 8).values()], ['solo', 'loop']);
  const names = ['ollama/qwen2.5-coder:1.5b-instruct', 'ollama/qwen2.5-coder:3.0b-instruct', 'openai/gpt'];
  const short = [...shortenApart(names, 14).values()];
  assert.deepEqual(short, ['olla…1.5…truct', 'olla…3.0…truct', 'openai/gpt']);
});

test('different names never look the same, and none is wider than its column', () => {
  const random = Random.of(3);
  for (let round = 0; round < 300; round += 1) {
    const width = 8 + random.below(12);
    const names = Array.from({ length: 1 + random.below(6) }, () =>
      Array.from({ length: 1 + random.below(40) }, () => 'ab二'[random.below(3)]).join(''),
    );
    const short = shortenApart(names, width);
    assert.equal(new Set(short.values()).size, new Set(names).size, names.join(' '));
    for (const text of short.values()) assert.ok(displayWidth(text) <= width, text);
  }
});

test('a table names its rows apart', () => {
  const columns = [
    { title: ['pipeline'], side: 'left' as const, canShrink: true },
    { title: ['solved'], side: 'right' as const, canShrink: false },
  ];
  const rows = ['a', 'b'].map((letter) => [`${'x'.repeat(30)}${letter}${'y'.repeat(30)}`, '1']);
  const lines = gridLines({ columns, rows }, 40);
  assert.notEqual(lines.at(-1), lines.at(-2));
});
