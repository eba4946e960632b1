import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OpenAIModel, type OpenAIModelOptions } from '../../src/models/openai-model.ts';
import { OpenAIServer } from '../../src/models/openai-server.ts';
import { OpenAIStub } from './openai-stub.ts';
import { countingPolicy, requestFor } from './requests.ts';

async function open(t: TestContext, options: Partial<OpenAIModelOptions> = {}) {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  const retry = countingPolicy();
  return { stub, retry, model: new OpenAIModel({ name: 'qwen2.5-coder-1.5b', url: stub.baseUrl, retry, ...options }) };
}

const overflow = { name: 'ModelFault', reason: 'context-overflow', isTransient: false };

test('a request carries the model, the cap, the temperature and the seed', async (t) => {
  const { stub, model } = await open(t);
  await model.complete(requestFor('hi', { sampling: { temperature: 0, maxTokens: 99, seed: 12 } }));
  assert.deepEqual(stub.requests, [
    {
      model: 'qwen2.5-coder-1.5b',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 99,
      temperature: 0,
      seed: 12,
      stream: false,
    },
  ]);
});

test('usage and the timings of llama-server are kept', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({ message: { content: 'ok' }, usage: { prompt_tokens: 26, completion_tokens: 298 } });
  const { usage, timings, finishReason } = await model.complete(requestFor('hi'));
  assert.deepEqual(usage, { promptTokens: 26, completionTokens: 298 });
  assert.deepEqual(timings, { loadSeconds: 0, promptSeconds: 0.1, completionSeconds: 0.5 });
  assert.equal(finishReason, 'stop');
});

test('usage and timings of another shape count as missing', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({
    message: { content: 'ok' },
    finish_reason: 'eos',
    usage: { prompt_tokens: 'many' },
    timings: [],
  });
  const { usage, timings, finishReason } = await model.complete(requestFor('hi'));
  assert.deepEqual([usage, timings, finishReason], [null, null, 'other']);
});

test('reasoning is no part of the text, in its own field or before the answer', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({ message: { content: '<think>hm</think>\nok', reasoning_content: 'hm' } });
  assert.equal((await model.complete(requestFor('hi'))).text, 'ok');
});

test('an answer that was all reasoning is empty; no content at all is a bad answer', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({ message: { content: null, reasoning_content: 'hm' }, finish_reason: 'length', usage: null });
  assert.equal((await model.complete(requestFor('hi'))).text, '');
  stub.answer = () => '';
  assert.equal((await model.complete(requestFor('hi'))).text, '');
  stub.answer = () => ({ message: { content: null } });
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'bad-answer' });
});

test('a model that goes missing during a run is a fault', async (t) => {
  const { stub, model } = await open(t);
  stub.models = ['other'];
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'missing-model', message: /does not exist/ });
});

test('a server without a list of models is asked all the same', async (t) => {
  const { stub, model } = await open(t);
  stub.hasList = false;
  await model.prepare();
});

test('an API key is sent, is in no message, and its refusal says where to set it', async (t) => {
  const { stub, model } = await open(t, { apiKey: 'sk-secret' });
  const refusal = { kind: 'status', status: 401, body: '{"error":{"message":"Invalid API Key"}}' } as const;
  stub.faults.push(refusal);
  await assert.rejects(model.complete(requestFor('hi')), ({ message }: Error) => {
    assert.match(message, /Invalid API Key.*OPENAI_API_KEY/);
    return !message.includes('sk-secret');
  });
  assert.equal(stub.lastAuthorization, 'Bearer sk-secret');
});

test('overflow: llama-server refuses a conversation larger than its context', async (t) => {
  const { stub, model, retry } = await open(t);
  stub.contextTokens = 100;
  await assert.rejects(model.complete(requestFor('x'.repeat(500))), {
    ...overflow,
    message: /the context of openai\/qwen2\.5-coder-1\.5b .*request \(125 tokens\) exceeds/,
  });
  assert.deepEqual(retry.waits, []);
});

for (const [server, body] of [
  ['an old llama-server', { error: { code: 500, message: 'too large', type: 'exceed_context_size_error' } }],
  ['OpenAI', { error: { message: 'Too long.', type: 'invalid_request_error', code: 'context_length_exceeded' } }],
  [
    'vLLM',
    {
      object: 'error',
      message: "This model's maximum context length is 6048 tokens. However, you requested 6616 tokens",
      code: 400,
    },
  ],
  ['LM Studio', { error: 'tokens to keep from the initial prompt is greater than the context length' }],
] as const) {
  test(`overflow: ${server} is understood with an error status or without`, async (t) => {
    const { stub, model, retry } = await open(t);
    stub.faults.push({ kind: 'status', status: 400, body: JSON.stringify(body) });
    await assert.rejects(model.complete(requestFor('hi')), overflow);
    stub.faults.push({ kind: 'body', body: JSON.stringify(body) });
    await assert.rejects(model.complete(requestFor('hi')), overflow);
    assert.deepEqual(retry.waits, []);
  });
}

test('overflow: an answer that ends for length before its cap has filled the context', async (t) => {
  const { stub, model } = await open(t);
  const usage = { prompt_tokens: 3996, completion_tokens: 100 };
  stub.answer = () => ({ message: { content: 'def f(' }, finish_reason: 'length', usage });
  await assert.rejects(model.complete(requestFor('hi', { sampling: { maxTokens: 512 } })), overflow);
  assert.equal((await model.complete(requestFor('hi', { sampling: { maxTokens: 100 } }))).finishReason, 'length');
});

test('the list of models has the context that llama-server gives a slot', async (t) => {
  const { stub } = await open(t);
  const server = new OpenAIServer({ url: stub.baseUrl });
  const listing = { name: 'openai/qwen2.5-coder-1.5b', parameters: '1.5B', quantization: null };
  assert.deepEqual(await server.listModels(), [{ ...listing, contextTokens: 4096 }]);
  stub.slots = null;
  assert.deepEqual(await server.listModels(), [{ ...listing, contextTokens: 32768 }]);
});

test('slots: as many as llama-server says, null where it is another server', async (t) => {
  const { stub } = await open(t);
  const server = new OpenAIServer({ url: stub.baseUrl });
  assert.equal(await server.readSlots(), 4);
  stub.slots = null;
  assert.equal(await server.readSlots(), null);
  const reason = new Error('enough');
  await assert.rejects(server.readSlots(AbortSignal.abort(reason)), reason);
});
