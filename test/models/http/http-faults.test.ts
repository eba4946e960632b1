import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ModelFault, type ModelFaultReason } from '../../../src/base/errors.ts';
import type { RetryPolicy } from '../../../src/models/http/retry.ts';
import type { Model } from '../../../src/models/model.ts';
import { OllamaModel } from '../../../src/models/ollama/ollama-model.ts';
import { OpenAIModel } from '../../../src/models/openai/openai-model.ts';
import { OllamaStub } from '../ollama/ollama-stub.ts';
import { OpenAIStub } from '../openai/openai-stub.ts';
import { countingPolicy, requestFor, streaming } from '../requests.ts';
import { type HttpStub, htmlPage, type StubFault } from './http-stub.ts';

interface Adapter {
  readonly name: string;
  readonly open: (t: TestContext, options?: Options) => Promise<{ stub: HttpStub; model: Model }>;
}

interface Options {
  readonly retry?: RetryPolicy;
  readonly timeoutSeconds?: number;
}

const plain: readonly Adapter[] = [
  {
    name: 'ollama',
    open: async (t, options) => {
      const stub = await new OllamaStub().start();
      t.after(() => stub.stop());
      return {
        stub,
        model: new OllamaModel({ name: 'llama3.2:3b', url: stub.url, retry: countingPolicy(), ...options }),
      };
    },
  },
  {
    name: 'openai',
    open: async (t, options) => {
      const stub = await new OpenAIStub().start();
      t.after(() => stub.stop());
      const name = 'qwen2.5-coder-1.5b';
      return { stub, model: new OpenAIModel({ name, url: stub.baseUrl, retry: countingPolicy(), ...options }) };
    },
  },
];

/** Each asked for a whole answer, and for one that is streamed. */
const adapters: readonly Adapter[] = [
  ...plain,
  ...plain.map(({ name, open }) => ({
    name: `${name}, streaming`,
    open: async (t: TestContext, options?: Options) => {
      const { stub, model } = await open(t, options);
      return { stub, model: streaming(model) };
    },
  })),
];

const serverError: StubFault = { kind: 'status', status: 500, body: '{"error":"llama runner process has terminated"}' };
const request = requestFor('hello');

/** Checks a rejection's reason and that its message is one printable line that names the URL. */
function fault(reason: ModelFaultReason, ...patterns: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ModelFault, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, /^[^\p{Cc}]+$/u);
    for (const pattern of [/http:\/\/127\.0\.0\.1:\d+/, ...patterns]) assert.match(error.message, pattern);
    return true;
  };
}

for (const { name, open } of adapters) {
  for (const [what, first] of [
    ['a server error', serverError],
    ['a reset in the middle of the answer', { kind: 'reset' }],
    ['a server that is loading', { kind: 'status', status: 503, body: '{"error":{"message":"Loading model"}}' }],
  ] as const) {
    test(`${name}: asks again after ${what}`, async (t) => {
      const retry = countingPolicy();
      const { stub, model } = await open(t, { retry });
      stub.faults.push(first, first);
      assert.equal((await model.complete(request)).text, 'echo: hello');
      assert.deepEqual(retry.waits, [0.5, 1]);
    });
  }

  test(`${name}: waits as long as Retry-After asks`, async (t) => {
    const retry = countingPolicy();
    const { stub, model } = await open(t, { retry });
    stub.faults.push({ kind: 'status', status: 429, body: 'slow down', headers: { 'retry-after': '17' } });
    await model.complete(request);
    assert.deepEqual(retry.waits, [17]);
  });

  test(`${name}: gives up after its retries with the server's own words`, async (t) => {
    const retry = countingPolicy();
    const { stub, model } = await open(t, { retry });
    stub.faults.push(...Array<StubFault>(9).fill(serverError));
    await assert.rejects(
      model.complete(request),
      fault('refused', /status 500/, /llama runner process has terminated/),
    );
    assert.equal(retry.waits.length, 4);
    assert.equal(stub.faults.length, 4);
  });

  test(`${name}: a server that never answers is a time-out, and is asked again`, async (t) => {
    const retry = countingPolicy({ retries: 1 });
    const { stub, model } = await open(t, { retry, timeoutSeconds: 0.05 });
    stub.faults.push({ kind: 'hang' }, { kind: 'hang' });
    await assert.rejects(model.complete(request), fault('timed-out', /within 0\.05 s/));
    assert.equal(retry.waits.length, 1);
    await stub.idle();
  });

  for (const [what, body, shown] of [
    ['an HTML page', htmlPage, /expected JSON .*<!DOCTYPE html>.*\\u\{1b\}\[2J/],
    ['JSON that breaks off', '{"message": {"content": "def', /expected JSON .*"content": "def/],
    ['JSON of another kind', '{"hello": "world"}', /expected an answer of .*hello/],
    ['a list', '[]', /expected an answer of /],
    ['null', 'null', /expected an answer of /],
  ] as const) {
    test(`${name}: ${what} is a bad answer and is not asked for again`, async (t) => {
      const retry = countingPolicy();
      const { stub, model } = await open(t, { retry });
      stub.faults.push({ kind: 'body', body });
      await assert.rejects(model.complete(request), fault('bad-answer', shown));
      assert.deepEqual(retry.waits, []);
    });
  }

  test(`${name}: a redirect is followed nowhere`, async (t) => {
    const { stub, model } = await open(t);
    stub.faults.push({ kind: 'status', status: 302, body: '', headers: { location: `${stub.url}/elsewhere` } });
    await assert.rejects(model.complete(request), fault('refused', /status 302/));
  });

  test(`${name}: an abort ends the wait before the next attempt`, async (t) => {
    const controller = new AbortController();
    const sleep: RetryPolicy['sleep'] = (_seconds, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        controller.abort(new Error('enough'));
      });
    const { stub, model } = await open(t, { retry: countingPolicy({ sleep }) });
    stub.faults.push(serverError);
    await assert.rejects(model.complete(request, controller.signal), /enough/);
  });

  test(`${name}: an answer without usage has none`, async (t) => {
    const { stub, model } = await open(t);
    const message = { content: 'x' };
    stub.faults.push({
      kind: 'body',
      body: JSON.stringify(name.startsWith('ollama') ? { message } : { choices: [{ message }] }),
    });
    const completion = await model.complete(request);
    assert.deepEqual([completion.text, completion.usage, completion.timings], ['x', null, null]);
  });

  for (const [what, body] of [
    ['a list nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['an error nested 6,000 deep', `${'{"error":'.repeat(6000)}1${'}'.repeat(6000)}`],
    ['an answer with a deep field', `{"message":{"content":"x"},"deep":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['brackets without an end', '['.repeat(1_000_000)],
    ['a string of JSON in JSON', JSON.stringify({ error: JSON.stringify({ error: '{"error":'.repeat(3000) }) })],
  ] as const) {
    test(`${name}: ${what} is a fault in one line, whatever the status`, async (t) => {
      const { stub, model } = await open(t);
      stub.faults.push({ kind: 'body', body }, { kind: 'status', status: 400, body });
      await assert.rejects(model.complete(request), fault('bad-answer'));
      await assert.rejects(model.complete(request), fault('refused', /status 400/));
    });
  }

  test(`${name}: an answer may hold any number of brackets`, async (t) => {
    const { stub, model } = await open(t);
    const content = `${'[{"'.repeat(3000)}\\`;
    const message = { role: 'assistant', content };
    const answer = { message, done: true, choices: [{ message, finish_reason: 'stop' }] };
    stub.faults.push({ kind: 'body', body: JSON.stringify(answer) });
    assert.equal((await model.complete(request)).text, content);
  });

  for (const count of ['-1', '7.5', '1e300', '1e999', '"12"', 'null', '[]', '9007199254740993']) {
    test(`${name}: a count of ${count} is none`, async (t) => {
      const { stub, model } = await open(t);
      const message = '"message":{"role":"assistant","content":"x"}';
      const counts = `"prompt_eval_count":${count},"eval_count":3,"eval_duration":${count}`;
      const usage = `"usage":{"prompt_tokens":3,"completion_tokens":${count}},"timings":{"prompt_ms":1,"predicted_ms":${count}}`;
      const body = `{${message},"done":true,${counts},"choices":[{${message},"finish_reason":"length"}],${usage}}`;
      stub.faults.push({ kind: 'body', body });
      const completion = await model.complete(request);
      assert.deepEqual([completion.text, completion.usage], ['x', null]);
      for (const seconds of Object.values(completion.timings ?? {})) assert.ok(seconds >= 0 && seconds < 1e15);
    });
  }

  for (const retryAfter of ['9'.repeat(400), '1e300', '-5', 'Fri, 31 Dec 9999 23:59:59 GMT', '4000000000']) {
    test(`${name}: Retry-After: ${retryAfter.slice(0, 40)} is waited for a minute at most`, async (t) => {
      const retry = countingPolicy({ retries: 1 });
      const { stub, model } = await open(t, { retry });
      const headers = { 'retry-after': retryAfter };
      stub.faults.push(
        { kind: 'status', status: 503, body: 'busy', headers },
        { kind: 'status', status: 503, body: '' },
      );
      await assert.rejects(model.complete(request), fault('refused', /status 503/));
      assert.ok(retry.waits.every((seconds) => seconds >= 0 && seconds <= 60));
    });
  }
}

test('nothing at the address: the message says how to start the server or where to look for it', async () => {
  const port = await freePort();
  const retry = countingPolicy({ retries: 2 });
  const ollama = new OllamaModel({ name: 'x', url: `http://127.0.0.1:${port}`, retry });
  const openai = new OpenAIModel({ name: 'x', url: `http://127.0.0.1:${port}/v1`, retry });
  const refused = /refused the connection/;
  await assert.rejects(ollama.prepare(), fault('unreachable', refused, /ollama serve/, /OLLAMA_HOST/));
  await assert.rejects(openai.prepare(), fault('unreachable', refused, /OPENAI_BASE_URL/));
  assert.deepEqual(retry.waits, []);
  await assert.rejects(ollama.complete(request), fault('unreachable', refused));
  assert.equal(retry.waits.length, 2);
});

/** A port where nothing listens, as a moment ago something did. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
