import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stripReasoning } from '../../src/models/strip-reasoning.ts';

const code = 'def f(x):\n    return x';

for (const [what, text, expected] of [
  ['no reasoning', code, code],
  ['a block', `<think>\nhm\n</think>\n\n${code}`, code],
  ['an empty block', `<think>\n\n</think>\n\n${code}`, code],
  ['a block after blank space', `\n  <think>hm</think>${code}`, code],
  ['two blocks', `<think>a</think>\n<think>b</think>\n${code}`, code],
  ['another spelling', `<THINKING>hm</THINKING>\n${code}`, code],
  ['an indented answer', '<think>hm</think>\n    return x', '    return x'],
  ['only its end, on a line of its own', `hm, so\n</think>\n\n${code}`, code],
  ['nothing after the block', '<think>hm</think>', ''],
  [
    'a tag in the middle of the answer',
    `${code}\n# <think>not reasoning</think>`,
    `${code}\n# <think>not reasoning</think>`,
  ],
  ['an end inside a line of the answer', `s = "</think>"\n${code}`, `s = "</think>"\n${code}`],
  ['code between two tags of its own', `tag = '<think>'\n</think>\n${code}`, `tag = '<think>'\n</think>\n${code}`],
  ['no text', '', ''],
] as const) {
  test(`reasoning: ${what}`, () => {
    for (const reason of ['stop', 'length', 'other'] as const) assert.equal(stripReasoning(text, reason), expected);
  });
}

test('reasoning: a block without an end is all there is only where the answer was cut', () => {
  const text = `<think>hm\n${code}`;
  assert.equal(stripReasoning(text, 'length'), '');
  assert.equal(stripReasoning(text, 'stop'), text);
  assert.equal(stripReasoning(text, 'other'), text);
});

const piece = fc.oneof(
  fc.constantFrom('<think>', '</think>', '<thinking>', '\n', ' ', '```python\n', code, 'hm'),
  fc.string({ maxLength: 5 }),
);
const soup = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const reasons = fc.constantFrom('stop' as const, 'length' as const, 'other' as const);

test('reasoning: what is left is always an end of the text, and stripping it again changes no answer without tags', () => {
  fc.assert(
    fc.property(soup, reasons, (text, reason) => {
      const left = stripReasoning(text, reason);
      assert.ok(text.endsWith(left));
      if (!/think/i.test(text)) assert.equal(left, text);
    }),
    { numRuns: 500 },
  );
});

test('reasoning: a block before any answer is taken off, and nothing else', () => {
  const answer = soup.filter((text) => !/think/i.test(text) && !/^\s/.test(text));
  const thoughts = soup.filter((text) => !/<\/think/i.test(text));
  fc.assert(
    fc.property(thoughts, answer, reasons, (thought, text, reason) => {
      assert.equal(stripReasoning(`<think>${thought}</think>\n\n${text}`, reason), text);
    }),
    { numRuns: 300 },
  );
});

test('reasoning: any number of blocks is taken off', () => {
  assert.equal(stripReasoning(`${'<think></think>'.repeat(50_000)}x`, 'stop'), 'x');
});
