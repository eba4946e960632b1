import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LlamaCppModel } from '../../src/models/gguf/llama-cpp-model.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { OllamaModel } from '../../src/models/ollama/ollama-model.ts';
import { OpenAIModel } from '../../src/models/openai/openai-model.ts';
import { withPrefill, withPrefillSoFar } from '../../src/models/prefill.ts';
import { continuesAnswers } from '../../src/models/prefill-probe.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { writeTinyGguf } from './gguf/tiny-gguf.ts';
import { OllamaStub } from './ollama/ollama-stub.ts';
import { OpenAIStub } from './openai/openai-stub.ts';
import { requestFor } from './requests.ts';

const PREFILL = '```python\n';
const begun: CompletionRequest = { ...requestFor('write it'), prefill: PREFILL, stop: ['```'] };

async function servers(t: TestContext) {
  const ollama = await new OllamaStub().start();
  const openai = await new OpenAIStub().start();
  t.after(() => Promise.all([ollama.stop(), openai.stop()]));
  return {
    ollama: { stub: ollama, model: new OllamaModel({ name: 'llama3.2:3b', url: ollama.url }) },
    openai: { stub: openai, model: new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url: openai.baseUrl }) },
  };
}

test('an answer begins with its prefill once, whether the server repeats it or not, streamed or not', async (t) => {
  const { ollama, openai } = await servers(t);
  for (const answer of ['pass\n', `${PREFILL}pass\n`]) {
    ollama.stub.answer = openai.stub.answer = () => answer;
    for (const { model } of [ollama, openai]) {
      assert.equal((await model.complete(begun)).text, `${PREFILL}pass\n`);
      const heard: string[] = [];
      const onText = (text: string) => void heard.push(text);
      assert.equal((await model.complete({ ...begun, onText })).text, `${PREFILL}pass\n`);
      assert.ok(
        heard.every((text) => text.startsWith(PREFILL)) && heard.at(-1) === `${PREFILL}pass\n`,
        heard.join('|'),
      );
    }
  }
});

test('a server is sent the prefill as the last message, and the stop strings', async (t) => {
  const { ollama, openai } = await servers(t);
  await ollama.model.complete(begun);
  await openai.model.complete(begun);
  const last = { role: 'assistant', content: PREFILL };
  const [toOllama] = ollama.stub.requests;
  const [toOpenAI] = openai.stub.requests;
  assert.deepEqual([toOllama?.messages.at(-1), toOllama?.options.stop], [last, ['```']]);
  assert.deepEqual([toOpenAI?.messages.at(-1), toOpenAI?.stop], [last, ['```']]);
  assert.deepEqual([toOpenAI?.add_generation_prompt, toOpenAI?.continue_final_message], [false, true]);
});

test('a GGUF model goes on after the prefill and ends before a stop string', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-prefill-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'tiny.gguf');
  writeTinyGguf(path, {});
  const model = new LlamaCppModel({ name: 'gguf/tiny.gguf', path });
  const request = requestFor('say something', { sampling: { maxTokens: 60, temperature: 0.8 } });
  const plain = await model.complete(request);
  const prefilled = await model.complete({ ...request, prefill: 'pass' });
  assert.ok(prefilled.text.startsWith('pass'));
  assert.equal(prefilled.usage?.promptTokens, (plain.usage?.promptTokens ?? 0) + 1);
  const stop = plain.text.slice(20, 23);
  const place = plain.text.indexOf(stop);
  const stopped = await model.complete({ ...request, stop: [stop, 'never written'] });
  assert.deepEqual([stopped.text, stopped.finishReason], [plain.text.slice(0, place), 'stop']);
  assert.ok((stopped.usage?.completionTokens ?? 60) < 60);
});

test('a script may leave the prefill out', async () => {
  for (const text of ['pass\n```\nmore', `${PREFILL}pass\n\`\`\`\nmore`]) {
    assert.equal((await new ScriptedModel('m', () => text).complete(begun)).text, `${PREFILL}pass\n`);
  }
});

test('a prefill that is about to be repeated is not heard twice', () => {
  assert.deepEqual(
    ['', '```', '```python\n', '```python\nx', 'x'].map((text) => withPrefillSoFar(text, PREFILL)),
    [PREFILL, PREFILL, PREFILL, `${PREFILL}x`, `${PREFILL}x`],
  );
  assert.deepEqual([withPrefill('x'), withPrefillSoFar('x'), withPrefillSoFar('')], ['x', 'x', '']);
  assert.equal(withPrefill('```', PREFILL), `${PREFILL}\`\`\``);
});

test('a probe tells a model that goes on from one that begins anew', async () => {
  const probe = (text: string) => continuesAnswers(new ScriptedModel('m', () => text));
  assert.deepEqual(
    await Promise.all(['is.', 'The capital of France is Paris.', 'Paris.', 'The capital is Paris.', ''].map(probe)),
    [true, true, false, false, false],
  );
});
