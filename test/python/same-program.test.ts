import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameProgram } from '../../src/python/same-program.ts';

const PROGRAM = "def f(a):\n    if a:\n        return 'x # y'\n    return a\n";

test('comments, blank lines and the width of indentation make no other program', () => {
  const laidOut = "# f\ndef f( a ):\n  if a:\n\n     return 'x # y'  # done\n  return a";
  assert.ok(isSameProgram(PROGRAM, laidOut));
  assert.ok(isSameProgram(PROGRAM, PROGRAM));
});

test('names, values, order and blocks do', () => {
  for (const [from, to] of [
    ["'x # y'", "'x  # y'"],
    ['return a', 'return b'],
    ['    return a', '        return a'],
    ['def f(a)', 'async def f(a)'],
  ] as const) {
    assert.ok(!isSameProgram(PROGRAM, PROGRAM.replace(from, to)), to);
  }
  assert.ok(!isSameProgram('a = 1\nb = 2\n', 'b = 2\na = 1\n'));
});

test('text that is no Python is compared too', () => {
  assert.ok(isSameProgram('', ''));
  assert.ok(!isSameProgram('def f(:', 'def g(:'));
});
