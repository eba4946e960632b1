import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { AddonModel } from '../../src/models/llama-addon.ts';
import { tokenText } from '../../src/models/token-text.ts';
import { loadHere } from './load-here.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-tokens-'));
after(() => rmSync(folder, { recursive: true }));
let model: AddonModel;

before(async () => {
  const path = join(folder, 'tiny.gguf');
  writeTinyGguf(path);
  ({ model } = await loadHere(path, 64));
});

const roundTrip = (text: string) => tokenText(model, [...model.tokenize(text, false)]);

test('code keeps its spaces, where llama.cpp itself takes some away', () => {
  const code = "x != y and print(\"a , b ?\", .5, 's') is not 'm'";
  assert.equal(roundTrip(code), code);
  // If this changes, token-text.ts is no longer needed.
  assert.notEqual(model.detokenize(model.tokenize(code, false)), code);
});

test('any text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(roundTrip(text), text);
    }),
  );
});

test('a vocabulary that spells otherwise is left to llama.cpp', async () => {
  const path = join(folder, 'gemma.gguf');
  writeTinyGguf(path, { tokenizer: 'gemma4' });
  const { model: other } = await loadHere(path, 64);
  // The same token is a space for the one and a letter for the other.
  const space = model.tokenize(' ', false);
  assert.equal(tokenText(model, [...space]), ' ');
  assert.equal(tokenText(other, [...space]), other.detokenize(space));
  assert.notEqual(tokenText(other, [...space]), ' ');
});

test('control tokens have no text, and a character may be spread over tokens', () => {
  assert.equal(tokenText(model, [...model.tokenize('<|user|>a<|endoftext|>', true)]), 'a');
  const tokens = [...model.tokenize('€', false)];
  assert.equal(tokens.length, 3);
  assert.equal(tokenText(model, tokens), '€');
  assert.equal(tokenText(model, tokens.slice(0, 2)), '\ufffd');
});
