import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { chatTokens } from '../../src/models/gguf/child/chat-tokens.ts';
import { loadHere } from '../models/gguf/load-here.ts';

/** A prompt as a user says it, and what PyTorch made of it with the weights of the file, in tokens. */
interface Row {
  readonly user: string;
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
}

/** The starter models are asked without it, as their template wants. */
const generatorSystem = [{ role: 'system', content: 'You write Python.' }] as const;
const MAX_TOKENS = 200;
const starter = join(import.meta.dirname, '../../starter');
const models = globSync('*.gguf', { cwd: starter }).map((file) => basename(file, '.gguf'));

for (const name of models) {
  test(`starter/${name} writes in llama.cpp what it writes in PyTorch, token for token`, async () => {
    const loaded = await loadHere(join(starter, `${name}.gguf`), 1024);
    const lines = readFileSync(join(import.meta.dirname, `${name}-greedy.jsonl`), 'utf8')
      .trim()
      .split('\n');
    assert.equal(lines.length, 50);
    // So llama-server's clients know too.
    assert.equal(loaded.systemText, 'left-out');
    for (const row of lines.map((line) => JSON.parse(line) as Row)) {
      const prompt = chatTokens(loaded, [...generatorSystem, { role: 'user', content: row.user }]);
      assert.deepEqual([...prompt], row.prompt);
      const sampling = { temperature: 0, maxTokens: MAX_TOKENS, seed: 0 };
      const { tokens } = await loaded.decoders[0]!.continue({ prompt, sampling, onPromptRead: () => undefined });
      assert.deepEqual(tokens, row.answer, row.user);
    }
  });
}
