import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmlessJson } from '../../src/cli/terminal/output.ts';

test('JSON for a terminal says the same without what a terminal would obey', () => {
  const value = { text: 'a\u009b2J\u202e\u200b\u{e0041}\u007f\u2028é\u001b' };
  const text = harmlessJson(JSON.stringify(value));
  assert.deepEqual(JSON.parse(text), value);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  assert.ok(text.includes('é'));
});
