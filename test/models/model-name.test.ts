import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelName } from '../../src/models/model-name.ts';
import { PROVIDERS } from '../../src/wiring/providers.ts';

function split(text: string): readonly [provider: string, name: string] {
  const { provider, name } = parseModelName(text, PROVIDERS);
  return [provider.name, name];
}

test('a model name is split at its first slash', () => {
  assert.deepEqual(split('ollama/llama3.2:3b'), ['ollama', 'llama3.2:3b']);
  assert.deepEqual(split('openai/Qwen/Qwen2.5'), ['openai', 'Qwen/Qwen2.5']);
  assert.deepEqual(split('recorded//data/samples.jsonl.gz'), ['recorded', '/data/samples.jsonl.gz']);
});

test('a name without both parts, or with another provider, is refused with examples', () => {
  for (const text of ['', 'llama3.2', '/x', 'ollama/', 'ollama']) {
    assert.throws(() => split(text), { name: 'Refusal', message: /provider\/name.*ollama\/llama3\.2:3b/ });
  }
  for (const text of ['gpt/4', 'Ollama/x', 'constructor/x', 'hf.co/a/b']) {
    assert.throws(() => split(text), {
      name: 'Refusal',
      message: /no provider is called.*ollama\/llama3\.2:3b/,
    });
  }
});
