import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../src/base/hash.ts';
import { OllamaModel, type OllamaModelOptions } from '../../../src/models/ollama/ollama-model.ts';
import { knowsTruncate, OllamaServer, withTag } from '../../../src/models/ollama/ollama-server.ts';
import { countingPolicy, requestFor } from '../requests.ts';
import { OllamaStub } from './ollama-stub.ts';

async function open(t: TestContext, options: Partial<OllamaModelOptions> = {}) {
  const stub = await new OllamaStub().start();
  t.after(() => stub.stop());
  const retry = countingPolicy();
  return { stub, retry, model: new OllamaModel({ name: 'llama3.2:3b', url: stub.url, retry, ...options }) };
}

const overflow = { name: 'ModelFault', reason: 'context-overflow', isTransient: false };

test('a request carries the context, the cap, the seed and no thinking, and may not be cut', async (t) => {
  const { stub, model } = await open(t, { contextTokens: 2048, keepAlive: '5m' });
  await model.complete(requestFor('hi', { sampling: { temperature: 0, maxTokens: 99, seed: 12 } }));
  assert.deepEqual(stub.requests, [
    {
      model: 'llama3.2:3b',
      messages: [{ role: 'user', content: 'hi' }],
      stream: false,
      think: false,
      truncate: false,
      shift: false,
      keep_alive: '5m',
      options: { num_ctx: 2048, num_predict: 99, temperature: 0, seed: 12 },
    },
  ]);
});

test('counts and timings of the server are kept, in tokens and seconds', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({ content: 'ok', prompt_eval_count: 26, eval_count: 298, prompt_eval_duration: 130_079_000 });
  const { usage, timings } = await model.complete(requestFor('hi'));
  assert.deepEqual(usage, { promptTokens: 26, completionTokens: 298 });
  assert.deepEqual(timings, { loadSeconds: 1, promptSeconds: 0.130079, completionSeconds: 0.5 });
});

test('a server that is loading is waited for before its models are listed', async (t) => {
  const { stub, model, retry } = await open(t);
  stub.loadsFor = 2;
  await model.prepare();
  assert.deepEqual(retry.waits, [0.5, 1]);
  stub.loadsFor = 1;
  await assert.rejects(new OllamaServer({ url: stub.url }).listModels(), { message: /status 503.*Model is loading/ });
});

test('a name without a tag means latest', async (t) => {
  const { stub } = await open(t);
  await new OllamaModel({ name: 'qwen2.5-coder', url: stub.url }).prepare();
  assert.equal(withTag('hf.co/someone/model'), 'hf.co/someone/model:latest');
  assert.equal(withTag('host:5000/model'), 'host:5000/model:latest');
  assert.equal(withTag('model:3b'), 'model:3b');
});

test('a model that goes missing during a run is a fault with the pull command', async (t) => {
  const { stub, model, retry } = await open(t);
  stub.models = [];
  await assert.rejects(model.complete(requestFor('hi')), {
    reason: 'missing-model',
    message: `${stub.url} does not have ollama/llama3.2:3b; fetch it with "ollama pull llama3.2:3b"`,
  });
  await assert.rejects(model.prepare(), { name: 'Refusal', message: /it has no models yet; fetch it with/ });
  assert.deepEqual(retry.waits, []);
});

test('a model that refuses to hear of thinking is asked without the field from then on', async (t) => {
  const { stub, model } = await open(t);
  stub.refusesThink = ['llama3.2:3b'];
  assert.equal((await model.complete(requestFor('hi'))).text, 'echo: hi');
  await model.complete(requestFor('hi'));
  assert.deepEqual(
    stub.requests.map((request) => request.think),
    [false, undefined, undefined],
  );
});

test('thinking that was asked for and is refused is an error', async (t) => {
  const { stub, model } = await open(t, { think: true });
  stub.refusesThink = ['llama3.2:3b'];
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'refused', message: /does not support thinking/ });
});

test('thinking is no part of the text, in its own field or before the answer', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => ({ message: { role: 'assistant', content: '<think>\nhm\n</think>\n\nok', thinking: 'hm' } });
  assert.equal((await model.complete(requestFor('hi'))).text, 'ok');
});

test('an empty answer is an answer; one that only loaded the model is not', async (t) => {
  const { stub, model } = await open(t);
  stub.answer = () => '';
  assert.equal((await model.complete(requestFor('hi'))).text, '');
  stub.answer = () => ({ content: '', done_reason: 'load' });
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'bad-answer' });
});

test('too little memory for a model is not tried again', async (t) => {
  const { stub, model, retry } = await open(t);
  const body = '{"error":"model requires more system memory (5.6 GiB) than is available (3.1 GiB)"}';
  stub.faults.push({ kind: 'status', status: 500, body });
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'refused', message: /5\.6 GiB.*smaller model/ });
  assert.deepEqual(retry.waits, []);
});

test('overflow: a conversation larger than the context is refused by the server', async (t) => {
  const { model, retry } = await open(t, { contextTokens: 100 });
  await assert.rejects(model.complete(requestFor('x'.repeat(500))), {
    ...overflow,
    message: /100 tokens of ollama\/llama3\.2:3b .*request \(125 tokens\) exceeds/,
  });
  assert.deepEqual(retry.waits, []);
});

for (const said of [
  'the input length exceeds the context length',
  'the prompt is longer than the context length currently available to the model',
  'prompt too long; exceeded max context length by 512 tokens',
]) {
  test(`overflow: Ollama may also say "${said}", whatever the status`, async (t) => {
    const { stub, model, retry } = await open(t);
    stub.faults.push({ kind: 'status', status: 400, body: JSON.stringify({ error: said }) });
    await assert.rejects(model.complete(requestFor('hi')), overflow);
    stub.faults.push({ kind: 'status', status: 500, body: JSON.stringify({ error: said }) });
    await assert.rejects(model.complete(requestFor('hi')), overflow);
    stub.faults.push({ kind: 'body', body: JSON.stringify({ error: said }) });
    await assert.rejects(model.complete(requestFor('hi')), overflow);
    assert.deepEqual(retry.waits, []);
  });
}

test('overflow: an answer that ends for length before its cap has filled the context', async (t) => {
  const { stub, model } = await open(t, { contextTokens: 1000 });
  stub.answer = () => ({ content: 'def f(', done_reason: 'length', prompt_eval_count: 900, eval_count: 100 });
  await assert.rejects(model.complete(requestFor('hi', { sampling: { maxTokens: 512 } })), overflow);
  assert.equal((await model.complete(requestFor('hi', { sampling: { maxTokens: 100 } }))).finishReason, 'length');
});

test('overflow: a model that was trained for less than the context asked for has less', async (t) => {
  const { stub, model } = await open(t);
  stub.trainedContext = 2048;
  stub.answer = () => ({ content: 'def f(', done_reason: 'length', prompt_eval_count: 1900, eval_count: 148 });
  await assert.rejects(model.complete(requestFor('hi')), overflow);
  stub.answer = () => ({ content: 'def f(', done_reason: 'length', prompt_eval_count: 1900, eval_count: 100 });
  assert.equal((await model.complete(requestFor('hi'))).finishReason, 'length');
});

test('an answer cut early with room in the context is a cut answer, and the cap is told once', async (t) => {
  const notes: string[] = [];
  const { stub, model } = await open(t, { notices: { waiting: () => {}, note: (line) => notes.push(line) } });
  stub.answer = () => ({ content: 'def f(', done_reason: 'length', prompt_eval_count: 100, eval_count: 24 });
  for (const _ of [1, 2]) assert.equal((await model.complete(requestFor('hi'))).finishReason, 'length');
  assert.deepEqual(notes, [
    `${stub.url} caps the answers of ollama/llama3.2:3b at 24 tokens, below the 512 requested; raise the server's limit`,
  ]);
});

for (const ended of [{ done: false, done_reason: undefined, eval_count: undefined }, { done_reason: 'repeat' }]) {
  test(`an answer that was ended for repeating itself is a cut one: ${JSON.stringify(ended)}`, async (t) => {
    const { stub, model, retry } = await open(t);
    stub.answer = () => ({ content: '#'.repeat(31), ...ended });
    const { text, finishReason } = await model.complete(requestFor('hi'));
    assert.deepEqual([text, finishReason, retry.waits], ['#'.repeat(31), 'length', []]);
    assert.equal(stub.requests.length, 1);
  });
}

test('an answer that is all thinking is an empty one', async (t) => {
  const { stub, model } = await open(t);
  for (const content of ['', null, undefined]) {
    stub.answer = () => ({ message: { role: 'assistant', content, thinking: 'So: 2 * x' }, eval_count: 30 });
    const { text, usage } = await model.complete(requestFor('hi'));
    assert.deepEqual([text, usage?.completionTokens], ['', 30]);
  }
  stub.answer = () => ({ message: { role: 'assistant' } });
  await assert.rejects(model.complete(requestFor('hi')), { reason: 'bad-answer' });
});

for (const [what, counts] of [
  ['a prompt cut to the context', { prompt_eval_count: 4096, eval_count: 10 }],
  ['an answer that pushed its prompt out', { prompt_eval_count: 4000, eval_count: 300 }],
] as const) {
  test(`overflow: on a server older than 0.12.6, ${what} shows in the counts`, async (t) => {
    const { stub, model } = await open(t);
    stub.version = '0.12.5';
    stub.answer = () => ({ content: 'ok', ...counts });
    await assert.rejects(model.complete(requestFor('hi')), { ...overflow, message: /older than 0\.12\.6/ });
    stub.version = '0.12.6';
    assert.equal((await model.complete(requestFor('hi'))).text, 'ok');
  });
}

test('on an old server, an answer that leaves room in the context is fine', async (t) => {
  const { stub, model } = await open(t);
  stub.version = '0.5.1';
  assert.equal((await model.complete(requestFor('hi'))).text, 'echo: hi');
});

test('versions: truncate and shift came with 0.12.6', () => {
  const known = ['0.12.6', '0.12.10', 'v0.13.0-rc1', '0.35.1', '1.0.0'];
  assert.deepEqual(
    known.filter((version) => !knowsTruncate(version)),
    [],
  );
  assert.deepEqual([null, '', 'dev', '0.0.0', '0.12.5', '0.9.6', '0.1'].filter(knowsTruncate), []);
});

test('the list of models has what Ollama says, and nothing that would reach a terminal', async (t) => {
  const { stub } = await open(t);
  stub.models = ['llama3.2:3b', 'evil\u001b[2J:latest'];
  const listing = { contextTokens: null, parameters: '3.2B', quantization: 'Q4_K_M' };
  assert.deepEqual(await new OllamaServer({ url: stub.url }).listModels(), [
    { ...listing, name: 'ollama/llama3.2:3b', digest: sha256('llama3.2:3b') },
    { ...listing, name: 'ollama/evil\\u{1b}[2J:latest', digest: sha256(stub.models[1] ?? '') },
  ]);
});
