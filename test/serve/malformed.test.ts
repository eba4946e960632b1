import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mapConcurrently } from '../../src/base/concurrency.ts';
import { malformedRequests, type TriedWire } from './malformed-requests.ts';
import { type Json, jsonOf, MODEL, ownServer, post, WISH } from './own-server.ts';

const SEED = Number(process.env.GREENLOOP_TEST_SEED ?? 20261128);
const REQUESTS = 500;
const server = ownServer();
const messages = [{ role: 'user', content: WISH }];

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isOpenAI = (body: Json) => isText(body?.error?.message) && isText(body.error.type) && 'param' in body.error;
const isOllama = (body: Json) => isText(body?.error);
const isAnthropic = (body: Json) => body?.type === 'error' && isText(body.error?.type) && isText(body.error?.message);

const WIRES: readonly TriedWire[] = [
  {
    path: '/v1/chat/completions',
    body: { model: MODEL, messages },
    fields: {
      ...{ model: 'name', messages: 'list', 'messages.0': 'record', 'messages.0.role': 'role' },
      ...{ 'messages.0.content': 'content', stream: 'flag', stream_options: 'record', max_tokens: 'count' },
      ...{ max_completion_tokens: 'count', temperature: 'number', seed: 'integer', n: 'integer', logprobs: 'flag' },
      ...{ tools: 'list', functions: 'list', response_format: 'record', 'stream_options.include_usage': 'flag' },
    },
    isError: isOpenAI,
  },
  {
    path: '/v1/responses',
    body: { model: MODEL, input: [{ role: 'user', content: WISH }] },
    fields: {
      ...{ model: 'name', 'input.0': 'record', 'input.0.role': 'role', 'input.0.type': 'text', instructions: 'text' },
      ...{ stream: 'flag', max_output_tokens: 'count', temperature: 'number', tools: 'list', text: 'record' },
      ...{ 'text.format': 'record', previous_response_id: 'text' },
    },
    isError: isOpenAI,
  },
  {
    path: '/v1/messages',
    body: { model: MODEL, messages, max_tokens: 100 },
    fields: {
      ...{ model: 'name', messages: 'list', 'messages.0': 'record', 'messages.0.role': 'role', max_tokens: 'count' },
      ...{ stream: 'flag', temperature: 'number', tools: 'list', thinking: 'record', 'thinking.type': 'text' },
    },
    isError: isAnthropic,
  },
  {
    path: '/v1/messages/count_tokens',
    body: { model: MODEL, messages },
    fields: { messages: 'list', 'messages.0': 'record', 'messages.0.role': 'role' },
    isError: isAnthropic,
  },
  {
    path: '/api/chat',
    body: { model: MODEL, messages, stream: false },
    fields: {
      ...{ model: 'name', messages: 'list', 'messages.0': 'record', 'messages.0.role': 'role', stream: 'flag' },
      ...{ options: 'record', 'options.temperature': 'number', 'options.num_predict': 'integer' },
      ...{ 'options.seed': 'integer', tools: 'list', 'messages.0.images': 'list' },
    },
    isError: isOllama,
  },
  {
    path: '/api/generate',
    body: { model: MODEL, prompt: WISH, stream: false },
    fields: {
      ...{ model: 'name', prompt: 'text', system: 'text', suffix: 'text', raw: 'flag', stream: 'flag' },
      ...{ options: 'record', 'options.temperature': 'number', 'options.seed': 'integer', images: 'list' },
    },
    isError: isOllama,
  },
  {
    path: '/v1/solve',
    body: { task: WISH },
    fields: { task: 'text', tests: 'text', entryPoint: 'text', pipeline: 'name', seed: 'integer', stream: 'flag' },
    isError: isOpenAI,
  },
];

for (const wire of WIRES) {
  test(`${REQUESTS} malformed requests at ${wire.path} are refused in its own format`, async () => {
    const requests = fc.sample(malformedRequests(wire), { numRuns: REQUESTS, seed: SEED });
    const taken: string[] = [];
    await mapConcurrently(requests, 8, async ({ how, body, type }) => {
      const headers: Record<string, string> = { 'content-type': type };
      const response = await fetch(`${server.url}${wire.path}`, { method: 'POST', headers, body });
      const text = await response.text();
      if (response.status < 400 || response.status > 499 || !wire.isError(parsed(text)))
        taken.push(`${how}: ${response.status} ${text.slice(0, 200)} to ${JSON.stringify(body).slice(0, 300)}`);
    });
    assert.deepEqual(taken, []);
    assert.equal((await jsonOf(fetch(`${server.url}/health`))).status, 'ok');
    assert.deepEqual(server.ollama.requests, []);
  });
}

test('afterwards the server still answers', async () => {
  const answer = await jsonOf(post(server, '/v1/chat/completions', { model: MODEL, messages }));
  assert.equal(answer.greenloop.verdict, 'passed');
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
