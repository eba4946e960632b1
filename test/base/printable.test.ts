import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quote } from '../../src/base/printable.ts';

describe('quote', () => {
  it('puts a text into quotes once, and into others than its own', () => {
    assert.equal(quote('model not found'), '"model not found"');
    assert.equal(quote('model "llama9" not found'), `'model "llama9" not found'`);
    assert.equal(quote('"Not Found"'), '"Not Found"');
    assert.equal(quote('"a" and "b"'), `'"a" and "b"'`);
    assert.equal(quote(`it's "a"`), `"it's "a""`);
    assert.equal(quote('"'), `'"'`);
  });

  it('keeps the beginning of a text, on one line and without control characters', () => {
    assert.equal(quote(' a\n\tb\u001b '), '"a b\\u{1b}"');
    assert.equal(quote('x'.repeat(201)), `"${'x'.repeat(200)}…"`);
  });
});
