import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeColour, paintFor } from '../../src/cli/terminal/colour.ts';

test('colours are for terminals alone, and for nobody who wants none', () => {
  assert.equal(paintFor({ isTTY: true }, {})('passed', outcomeColour('passed')), '\u001b[32mpassed\u001b[39m');
  assert.equal(paintFor({ isTTY: true }, {})('raised', outcomeColour('raised')), '\u001b[31mraised\u001b[39m');
  assert.equal(paintFor({ isTTY: true }, {})('fault', outcomeColour('fault')), '\u001b[33mfault\u001b[39m');
  assert.equal(paintFor({ isTTY: true }, { NO_COLOR: '1' })('passed', 'green'), 'passed');
  assert.equal(paintFor({ isTTY: true }, { TERM: 'dumb' })('passed', 'green'), 'passed');
  assert.equal(paintFor({}, {})('passed', 'green'), 'passed');
});
