import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { generateText, streamText } from 'ai';
import { createOllama } from 'ai-sdk-ollama';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { serve } from '../../src/serve/serve.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { type Json, MODEL, ownServer, pipelineOf, RIGHT, WISH, WRONG } from './own-server.ts';

const KEY = 'a-key-of-the-tests';
const server = ownServer({ apiKey: KEY });
beforeEach(() => {
  server.ollama.answer = () => RIGHT;
});

const messages = [{ role: 'user' as const, content: WISH }];
/** The code in its fence, and the line that says what was checked. */
const SOLVED = /^```python\ndef double\(x\):\n {4}return 2 \* x\n```\n\npassed 1 of 1 example/;
const PROGRESS = /draft by ollama\/llama3\.2:3b/;
const headers = { authorization: `Bearer ${KEY}` };

const openai = (apiKey = KEY) => new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });
const claude = (apiKey = KEY) => new Anthropic({ baseURL: server.url, apiKey, maxRetries: 0 });
const ollama = () => new Ollama({ host: server.url, headers });
const compatible = () => createOpenAICompatible({ name: 'greenloop', baseURL: `${server.url}/v1`, apiKey: KEY })(MODEL);

/** Polls until it is so; the time limit of the suite ends what never is. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

async function isIdle(): Promise<boolean> {
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  return /^greenloop_requests_running 0$/m.test(metrics);
}

/** A model that never answers until its client has gone; resolves once it is asked. */
function silentModel(): Promise<void> {
  const asked = Promise.withResolvers<void>();
  server.ollama.answer = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  return asked.promise;
}

/** Whoever leaves ends the upstream call and the turn. */
async function endsWhereClientLeaves(start: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const asked = silentModel();
  const leaving = new AbortController();
  const answered = start(leaving.signal).catch(() => undefined);
  await asked;
  assert.equal(await isIdle(), false);
  leaving.abort();
  await answered;
  await server.ollama.idle();
  await until(isIdle);
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

test('openai: a chat, whole, with usage, reasoning and what was verified', async () => {
  const answers = [WRONG];
  server.ollama.answer = () => answers.shift() ?? RIGHT;
  const answer: Json = await openai().chat.completions.create({ model: MODEL, messages });
  const [{ message, finish_reason: finish }] = answer.choices;
  assert.match(message.content, SOLVED);
  assert.match(message.reasoning_content, /draft by .*: double\(4\) gave 16, expected 8\n/);
  assert.deepEqual([finish, answer.greenloop.verdict, answer.greenloop.attempts], ['stop', 'passed', 2]);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test('openai: a chat as a stream, put together by its own helper', async () => {
  const body = { model: MODEL, messages, stream_options: { include_usage: true } };
  const stream = openai().chat.completions.stream(body);
  const reasoning: string[] = [];
  stream.on('chunk', (chunk: Json) => reasoning.push(chunk.choices[0]?.delta.reasoning_content ?? ''));
  const answer = await stream.finalChatCompletion();
  assert.match(answer.choices[0]?.message.content ?? '', SOLVED);
  assert.match(reasoning.join(''), PROGRESS);
  assert.equal(answer.choices[0]?.finish_reason, 'stop');
  assert.ok((answer.usage?.total_tokens ?? 0) > 0);
});

test('openai: responses, whole and as a stream', async () => {
  const body = { model: MODEL, input: WISH, instructions: 'Be brief.' };
  const answer: Json = await openai().responses.create(body);
  assert.match(answer.output_text, SOLVED);
  assert.deepEqual([answer.status, answer.greenloop.verdict], ['completed', 'passed']);
  assert.match(answer.output[0].summary[0].text, PROGRESS);
  const stream = openai().responses.stream(body);
  const deltas: string[] = [];
  stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
  const final: Json = await stream.finalResponse();
  assert.match(final.output_text, SOLVED);
  assert.equal(deltas.join(''), final.output_text);
  assert.deepEqual([final.status, final.greenloop.verdict], ['completed', 'passed']);
  assert.ok(final.usage.total_tokens > 0);
});

test('openai: errors are of the classes that programs catch', async () => {
  const chat = (model: string, client = openai(), more: object = {}) =>
    client.chat.completions.create({ model, messages, ...more });
  await assert.rejects(chat(MODEL, openai('wrong')), OpenAI.AuthenticationError);
  await assert.rejects(chat('greenloop/none'), OpenAI.NotFoundError);
  await assert.rejects(chat(MODEL, openai(), { n: 2 }), (error: unknown) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.deepEqual([error.param, error.type], ['n', 'invalid_request_error']);
    return true;
  });
  await assert.rejects(openai().responses.create({ model: 'greenloop/none', input: WISH }), OpenAI.NotFoundError);
  server.ollama.answer = () => ({ message: 1 });
  await assert.rejects(chat(MODEL), OpenAI.InternalServerError);
});

test('openai: models are listed and found by name', async () => {
  const ids: string[] = [];
  for await (const { id } of await openai().models.list()) ids.push(id);
  assert.deepEqual(ids, [MODEL, 'llama3.2:3b', 'qwen2.5-coder:latest']);
  assert.equal((await openai().models.retrieve(MODEL)).owned_by, 'greenloop');
});

test('a server that is full is a rate limit to each client', async () => {
  const settings = readSettings({}, { ...process.env, OLLAMA_HOST: server.ollama.url });
  const full = await serve({ pipelines: [pipelineOf('careful')], port: 0, concurrent: 1, waiting: 0 }, settings);
  try {
    const asked = silentModel();
    const chat = { baseURL: `${full.url}/v1`, apiKey: 'any', maxRetries: 0 };
    const leaving = new AbortController();
    const body = { model: MODEL, messages };
    const first = new OpenAI(chat).chat.completions.create(body, { signal: leaving.signal }).catch(() => undefined);
    await asked;
    await assert.rejects(new OpenAI(chat).chat.completions.create(body), OpenAI.RateLimitError);
    await assert.rejects(new OpenAI(chat).responses.create({ model: MODEL, input: WISH, stream: true }), {
      status: 429,
    });
    const anthropic = new Anthropic({ baseURL: full.url, apiKey: 'any', maxRetries: 0 });
    await assert.rejects(anthropic.messages.create({ ...body, max_tokens: 100 }), Anthropic.RateLimitError);
    await assert.rejects(new Ollama({ host: full.url }).chat(body), { status_code: 429 });
    leaving.abort();
    await first;
  } finally {
    await full.close(200);
  }
});

test('anthropic: a message, whole, counted, and as a stream with its helper', async () => {
  const body = { model: MODEL, messages, max_tokens: 1000, system: [{ type: 'text' as const, text: 'Be brief.' }] };
  const whole: Json = await claude().messages.create(body);
  assert.match(whole.content[0].text, SOLVED);
  assert.deepEqual([whole.stop_reason, whole.greenloop.verdict], ['end_turn', 'passed']);
  const stream = claude().messages.stream({ ...body, thinking: { type: 'enabled', budget_tokens: 1024 } });
  let thinking = '';
  stream.on('thinking', (delta) => {
    thinking += delta;
  });
  const final = await stream.finalMessage();
  assert.match(thinking, PROGRESS);
  assert.deepEqual(
    final.content.map(({ type }) => type),
    ['thinking', 'text'],
  );
  assert.match(final.content[1]?.type === 'text' ? final.content[1].text : '', SOLVED);
  assert.ok(final.usage.output_tokens > 0 && final.usage.input_tokens > 0);
  const { input_tokens: tokens } = await claude().messages.countTokens({ model: MODEL, messages });
  assert.ok(tokens > 10);
});

test('anthropic: errors are of the classes that programs catch', async () => {
  const message = (model: string, client = claude()) => client.messages.create({ model, messages, max_tokens: 100 });
  await assert.rejects(message(MODEL, claude('wrong')), Anthropic.AuthenticationError);
  await assert.rejects(message('greenloop/none'), Anthropic.NotFoundError);
  await assert.rejects(
    claude().messages.create({ model: MODEL, messages: [], max_tokens: 100 }),
    Anthropic.BadRequestError,
  );
});

test('ollama: chat and generate, whole and as a stream', async () => {
  const whole: Json = await ollama().chat({ model: MODEL, messages, think: true });
  assert.match(whole.message.content, SOLVED);
  assert.match(whole.message.thinking, PROGRESS);
  assert.deepEqual([whole.done, whole.done_reason, whole.greenloop.verdict], [true, 'stop', 'passed']);
  assert.ok(whole.prompt_eval_count > 0 && whole.eval_count > 0);
  const parts: Json[] = [];
  for await (const part of await ollama().chat({ model: MODEL, messages, stream: true })) parts.push(part);
  assert.match(parts.map(({ message }) => message.content).join(''), SOLVED);
  assert.equal(parts.at(-1).greenloop.verdict, 'passed');
  const generated = await ollama().generate({ model: MODEL, prompt: WISH });
  assert.match(generated.response ?? '', SOLVED);
  let streamed = '';
  for await (const { response } of await ollama().generate({ model: MODEL, prompt: WISH, stream: true }))
    streamed += response;
  assert.match(streamed, SOLVED);
});

test('ollama: models are listed and shown, and an error has its status', async () => {
  const { models } = await ollama().list();
  assert.deepEqual(
    models.map(({ name }) => name),
    [MODEL, 'llama3.2:3b', 'qwen2.5-coder:latest'],
  );
  assert.deepEqual((await ollama().show({ model: MODEL })).capabilities, ['completion', 'tools']);
  await assert.rejects(ollama().chat({ model: 'greenloop/none', messages }), {
    name: 'ResponseError',
    status_code: 404,
  });
  await assert.rejects(ollama().show({ model: 'greenloop/none' }), { status_code: 404 });
});

test('the AI SDK over OpenAI-compatible: text and stream, with reasoning and usage', async () => {
  const whole = await generateText({ model: compatible(), prompt: WISH });
  assert.match(whole.text, SOLVED);
  assert.match(whole.reasoningText ?? '', PROGRESS);
  assert.deepEqual([whole.finishReason, (whole.usage.totalTokens ?? 0) > 0], ['stop', true]);
  const stream = streamText({ model: compatible(), prompt: WISH });
  assert.match(await stream.text, SOLVED);
  assert.match((await stream.reasoningText) ?? '', PROGRESS);
  assert.equal(await stream.finishReason, 'stop');
});

test('the AI SDK over Ollama: text and stream', async () => {
  const model = createOllama({ baseURL: server.url, headers })(MODEL);
  const whole = await generateText({ model, prompt: WISH });
  assert.match(whole.text, SOLVED);
  assert.deepEqual([whole.finishReason, (whole.usage.totalTokens ?? 0) > 0], ['stop', true]);
  assert.match(await streamText({ model, prompt: WISH }).text, SOLVED);
});

const LEAVERS: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
  'openai, whole': (signal) => openai().chat.completions.create({ model: MODEL, messages }, { signal }),
  'openai, stream': async (signal) =>
    read(await openai().chat.completions.create({ model: MODEL, messages, stream: true }, { signal })),
  'openai responses, whole': (signal) => openai().responses.create({ model: MODEL, input: WISH }, { signal }),
  'openai responses, stream': async (signal) =>
    read(await openai().responses.create({ model: MODEL, input: WISH, stream: true }, { signal })),
  'anthropic, whole': (signal) =>
    claude().messages.create({ model: MODEL, messages, max_tokens: 100 }, { signal, timeout: 60_000 }),
  'anthropic, stream': (signal) =>
    claude().messages.stream({ model: MODEL, messages, max_tokens: 100 }, { signal }).finalMessage(),
  'ollama, whole': (signal) => {
    const client = new Ollama({ host: server.url, headers, fetch: (url, init) => fetch(url, { ...init, signal }) });
    return client.chat({ model: MODEL, messages });
  },
  'ollama, stream': async (signal) => {
    const stream = await ollama().chat({ model: MODEL, messages, stream: true });
    if (signal.aborted) stream.abort();
    signal.addEventListener('abort', () => stream.abort());
    await read(stream);
  },
  'AI SDK, whole': (signal) => generateText({ model: compatible(), prompt: WISH, abortSignal: signal, maxRetries: 0 }),
  'AI SDK, stream': (signal) => read(streamText({ model: compatible(), prompt: WISH, abortSignal: signal }).textStream),
};

for (const [client, start] of Object.entries(LEAVERS)) {
  test(`${client}: the upstream call ends where the client leaves`, () => endsWhereClientLeaves(start));
}

test('a run of the sandbox ends where the client leaves, and nothing comes after it', async () => {
  server.ollama.answer = () => '```python\ndef double(x):\n    while True:\n        pass\n```';
  const before = server.ollama.requests.length;
  const leaving = new AbortController();
  const body = { model: MODEL, messages, stream: true } as const;
  const stream = await openai().chat.completions.create(body, { signal: leaving.signal });
  const reading = read(stream).catch(() => undefined);
  await until(() => server.ollama.requests.length > before && server.ollama.inFlight === 0);
  // By now the code runs.
  await sleep(300);
  leaving.abort();
  await reading;
  await until(isIdle);
  assert.equal(server.ollama.requests.length, before + 1);
});
