import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GgufFolder } from '../../../src/models/gguf/gguf-folder.ts';
import { TINY_CONTEXT, writeTinyGguf } from './tiny-gguf.ts';

const path = mkdtempSync(join(tmpdir(), 'greenloop-folder-'));
after(() => rmSync(path, { recursive: true }));
const folder = new GgufFolder('starter', path);

test('a folder that is not there is empty', async () => {
  const none = new GgufFolder('gguf', join(path, 'none'));
  assert.equal(none.isEmpty, true);
  assert.deepEqual(await none.listModels(), []);
  assert.throws(() => none.find('x'), { name: 'Refusal', message: /no model is called "gguf\/x"; \S+none has none$/ });
});

test('models are listed with what their files say, broken ones without; other files are none', async () => {
  writeTinyGguf(join(path, 'tiny.gguf'));
  writeFileSync(join(path, 'broken.gguf'), 'GGUF');
  writeFileSync(join(path, 'tasks.jsonl'), '');
  const [broken, tiny, ...more] = await folder.listModels();
  const nothing = { contextTokens: null, parameters: null, quantization: null, digest: null };
  assert.deepEqual(broken, { name: 'starter/broken', ...nothing });
  assert.deepEqual([tiny?.name, tiny?.contextTokens, tiny?.parameters], ['starter/tiny', TINY_CONTEXT, '0.1M']);
  assert.deepEqual(more, []);
});

test('a model is found by its name alone', () => {
  writeTinyGguf(join(path, 'tiny.gguf'));
  assert.equal(folder.find('tiny'), join(path, 'tiny.gguf'));
  for (const name of ['../tiny', 'tiny.gguf', 'tasks', '', '__proto__']) {
    assert.throws(() => folder.find(name), { name: 'Refusal', message: /; expected starter\/broken, starter\/tiny$/ });
  }
});
