import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { AddonModel } from '../../../src/models/gguf/child/llama-addon.ts';
import { growText, tokenText } from '../../../src/models/gguf/child/token-text.ts';
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

test('text that grows with its tokens is the text of all of them, however they come', async () => {
  const path = join(folder, 'other.gguf');
  writeTinyGguf(path, { tokenizer: 'gemma4' });
  const { model: other } = await loadHere(path, 64);
  const tokens = fc.array(fc.array(fc.nat(270), { maxLength: 5 }), { maxLength: 20 });
  for (const vocabulary of [model, other]) {
    fc.assert(
      fc.property(tokens, (groups) => {
        const text = growText(vocabulary);
        let known = '';
        for (const { kept, text: more } of [...groups.map((group) => text.add(group)), text.end()]) {
          assert.ok(kept <= known.length);
          known = known.slice(0, kept) + more;
        }
        assert.equal(known, tokenText(vocabulary, groups.flat()));
      }),
    );
  }
});

test('control tokens have no text, and a character may be spread over tokens', () => {
  assert.equal(tokenText(model, [...model.tokenize('<|user|>a<|endoftext|>', true)]), 'a');
  const tokens = [...model.tokenize('€', false)];
  assert.equal(tokens.length, 3);
  assert.equal(tokenText(model, tokens), '€');
  assert.equal(tokenText(model, tokens.slice(0, 2)), '\ufffd');
});
