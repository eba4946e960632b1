import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelName } from '../../src/models/model-name.ts';

test('a model name is split at its first slash', () => {
  assert.deepEqual(parseModelName('ollama/llama3.2:3b'), { provider: 'ollama', name: 'llama3.2:3b' });
  assert.deepEqual(parseModelName('openai/Qwen/Qwen2.5'), { provider: 'openai', name: 'Qwen/Qwen2.5' });
  assert.deepEqual(parseModelName('recorded//data/samples.jsonl.gz'), {
    provider: 'recorded',
    name: '/data/samples.jsonl.gz',
  });
});

test('a name without both parts, or with another provider, is refused with examples', () => {
  for (const text of ['', 'llama3.2', '/x', 'ollama/', 'ollama']) {
    assert.throws(() => parseModelName(text), { name: 'Refusal', message: /provider\/name.*ollama\/llama3\.2:3b/ });
  }
  for (const text of ['gpt/4', 'Ollama/x', 'constructor/x', 'hf.co/a/b']) {
    assert.throws(() => parseModelName(text), {
      name: 'Refusal',
      message: /no provider is called.*ollama\/llama3\.2:3b/,
    });
  }
});
