import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OpenAIModel, type OpenAIModelOptions } from '../../../src/models/openai/openai-model.ts';
import { OpenAIServer } from '../../../src/models/openai/openai-server.ts';
import { NO_SYSTEM_PROMPT } from '../../../src/models/system-text.ts';
import { countingPolicy, requestFor } from '../requests.ts';
import { OpenAIStub } from './openai-stub.ts';

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

for (const [field, value] of [
  ['reasoning', 'Let me think.'],
  ['reasoning_content', 'Let me think.'],
  ['reasoning_details', [{ type: 'reasoning.text', text: 'Let me think.' }]],
  ['tool_calls', [{ type: 'function', function: { name: 'double', arguments: '{}' } }]],
] as const) {
  test(`an answer that is all ${field} is an empty one with its tokens`, async (t) => {
    const { stub, model } = await open(t);
    const usage = { prompt_tokens: 100, completion_tokens: 512 };
    for (const content of [null, undefined, []]) {
      stub.answer = () => ({ message: { content, [field]: value }, finish_reason: 'length', usage });
      const { text, finishReason, usage: counted } = await model.complete(requestFor('hi'));
      assert.deepEqual([text, finishReason, counted?.completionTokens], ['', 'length', 512]);
    }
    stub.answer = () => ({ message: { content: 'ok', [field]: value } });
    assert.equal((await model.complete(requestFor('hi'))).text, 'ok');
  });
}

test('tokens that were cut off before any text are an empty answer; nothing at all is none', async (t) => {
  const { stub, model } = await open(t);
  const usage = { prompt_tokens: 100, completion_tokens: 512 };
  stub.answer = () => ({ message: { content: null, reasoning: null }, finish_reason: 'length', usage });
  assert.equal((await model.complete(requestFor('hi'))).text, '');
  const none = { prompt_tokens: 0, completion_tokens: 0 };
  for (const message of [{ content: null }, {}, { content: null, reasoning: '', tool_calls: [] }, { content: [] }]) {
    stub.answer = () => ({ message, usage: none });
    await assert.rejects(model.complete(requestFor('hi')), { reason: 'bad-answer' });
  }
  stub.answer = () => ({ message: { content: '' }, usage: none });
  assert.equal((await model.complete(requestFor('hi'))).text, '');
});

test('content in parts is joined, without those that are thoughts; a refusal is an answer', async (t) => {
  const { stub, model } = await open(t);
  const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
  for (const [content, text] of [
    [
      [
        { type: 'text', text: 'def f' },
        { type: 'text', text: '(x):' },
      ],
      'def f(x):',
    ],
    [[thought, { type: 'text', text: 'ok' }], 'ok'],
    [['a', { text: 'b' }], 'ab'],
    [[thought], ''],
  ] as const) {
    stub.answer = () => ({ message: { content } });
    assert.equal((await model.complete(requestFor('hi'))).text, text);
  }
  stub.answer = () => ({ message: { content: null, refusal: 'I cannot help.' } });
  assert.equal((await model.complete(requestFor('hi'))).text, 'I cannot help.');
});

for (const reason of ['length', 'max_tokens', 'model_length', 'repetition']) {
  test(`an answer that ended for ${reason} was cut`, async (t) => {
    const { stub, model } = await open(t);
    stub.answer = () => ({ message: { content: 'def f(' }, finish_reason: reason, usage: null });
    assert.equal((await model.complete(requestFor('hi'))).finishReason, 'length');
  });
}

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

/** An answer of so many tokens, after a prompt of so many. */
function cutAfter(prompt: number, completion: number) {
  return () => ({
    message: { content: 'def f(' },
    finish_reason: 'length',
    usage: { prompt_tokens: prompt, completion_tokens: completion },
  });
}

for (const [prompt, completion] of [
  [100, 24],
  [3000, 200],
  [4000, 80],
] as const) {
  test(`an answer cut after ${completion} tokens with room in the context is a cut answer, and the cap is told once`, async (t) => {
    const notes: string[] = [];
    const { stub, model } = await open(t, { notices: { waiting: () => {}, note: (line) => notes.push(line) } });
    stub.answer = cutAfter(prompt, completion);
    for (const _ of [1, 2]) {
      const { text, finishReason, usage } = await model.complete(requestFor('hi'));
      assert.deepEqual([text, finishReason, usage?.completionTokens], ['def f(', 'length', completion]);
    }
    const told = `${stub.baseUrl} caps the answers of ${model.name} at ${completion} tokens, below the 512 requested; raise the server's limit`;
    assert.deepEqual(notes, [told]);
  });
}

test('where the context is not known, an answer cut early is a cut answer', async (t) => {
  const { stub, model } = await open(t);
  stub.slots = null;
  stub.answer = cutAfter(4000, 96);
  assert.equal((await model.complete(requestFor('hi'))).finishReason, 'length');
});

test('overflow: the context may also be known from the list of models', async (t) => {
  const { stub, model } = await open(t);
  stub.slots = null;
  stub.list = { object: 'list', data: [{ id: 'qwen2.5-coder-1.5b', max_model_len: 4096 }] };
  stub.answer = cutAfter(4000, 93);
  await assert.rejects(model.complete(requestFor('hi')), overflow);
  stub.answer = cutAfter(4000, 20);
  assert.equal((await model.complete(requestFor('hi'))).finishReason, 'length');
});

test('a model whose chat template asks for no system prompt is asked without one', async (t) => {
  const { stub, model } = await open(t);
  stub.chatTemplate = `${NO_SYSTEM_PROMPT}{{ messages }}`;
  await model.prepare();
  const request = requestFor('hi');
  const messages = [{ role: 'system', content: 'Be brief.' } as const, ...request.messages];
  await model.complete({ ...request, messages });
  assert.deepEqual(stub.requests.at(-1)?.messages, request.messages);
  const identity = await model.identity();
  stub.chatTemplate = '{{ messages }}';
  await model.prepare();
  await model.complete({ ...request, messages });
  assert.deepEqual(stub.requests.at(-1)?.messages, messages);
  assert.notEqual(await model.identity(), identity);
});

const listing = (name: string) => ({
  name: `openai/${name}`,
  contextTokens: null,
  parameters: null,
  quantization: null,
  digest: null,
});

for (const [what, list, names] of [
  ['a bare array', [{ id: 'small', object: 'model' }], ['small']],
  ['data that is null', { object: 'list', data: null }, []],
  ['data that is empty', { object: 'list', data: [] }, []],
  ['models by name', { models: [{ name: 'a' }, { model: 'b' }] }, ['a', 'b']],
  ['items that are no models', { data: [{ id: 'a' }, null, 7, { id: 3 }, {}] }, ['a']],
] as const) {
  test(`the list of models may be ${what}`, async (t) => {
    const { stub } = await open(t);
    stub.list = list;
    stub.slots = null;
    assert.deepEqual(await new OpenAIServer({ url: stub.baseUrl }).listModels(), names.map(listing));
  });
}

test('a server whose list is null is asked all the same; one whose list is empty has no model', async (t) => {
  const { stub, model } = await open(t);
  stub.list = { data: null };
  await model.prepare();
  stub.list = { data: [] };
  await assert.rejects(model.prepare(), { name: 'Refusal', message: /it has no models yet/ });
});

for (const list of ['"models"', { data: 'small' }, 7, null]) {
  test(`${JSON.stringify(list)} is no list of models`, async (t) => {
    const { stub, model } = await open(t);
    stub.list = list;
    await assert.rejects(model.prepare(), { reason: 'bad-answer', message: /expected a list of models/ });
  });
}

test('a server that is loading is waited for in each of its answers, and only where a model is to be asked', async (t) => {
  const waiting: string[] = [];
  const { stub, model } = await open(t, { notices: { waiting: (line) => waiting.push(line), note: () => {} } });
  stub.loadsFor = 2;
  await assert.rejects(new OpenAIServer({ url: stub.baseUrl }).listModels(), { message: /status 503.*Loading model/ });
  await model.prepare();
  assert.equal(waiting.length, 1);
  stub.loadsFor = 1;
  assert.match(await model.identity(), /4096/);
  assert.equal(waiting.length, 2);
});

test('the list of models has the context that llama-server gives a slot', async (t) => {
  const { stub } = await open(t);
  const server = new OpenAIServer({ url: stub.baseUrl });
  const listing = { name: 'openai/qwen2.5-coder-1.5b', parameters: '1.5B', quantization: null, digest: null };
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
