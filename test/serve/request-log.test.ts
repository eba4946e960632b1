import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestLog } from '../../src/serve/http/app.ts';
import type { StubFault } from '../models/http/http-stub.ts';
import { MODEL, ownServer, post, RIGHT, WISH } from './own-server.ts';

const server = ownServer({}, { modelTimeoutSeconds: 1 });
beforeEach(() => {
  server.ollama.faults.splice(0);
  server.ollama.answer = () => RIGHT;
  server.logs.splice(0);
});

const messages = [{ role: 'user', content: WISH }];
const CHAT = { model: MODEL, messages };
/** No task, in the form that the stub takes of a plain call. */
const HELLO = {
  ...{ model: MODEL, messages: [{ role: 'user', content: 'Good morning!' }] },
  ...{ stream: false, truncate: false, shift: false, keep_alive: '5m' },
  options: { num_ctx: 4096, num_predict: 100, temperature: 0, seed: 1 },
};
const FAILS: StubFault = { kind: 'status', status: 400, body: '{"error":"out of order"}' };

/** The one request since the beginning of the test, once it is over. */
async function logged(): Promise<RequestLog> {
  while (server.logs.length === 0) await sleep(5);
  assert.equal(server.logs.length, 1);
  return server.logs[0]!;
}

function metrics(): Promise<string> {
  return fetch(`${server.url}/metrics`).then((response) => response.text());
}

test('a plain call that is passed on says why it is no task', async () => {
  await (await post(server, '/api/chat', HELLO)).text();
  const { verdict, plainBecause, model, status } = await logged();
  assert.deepEqual(
    [verdict, plainBecause, model, status],
    ['plain', 'nothing in it asks for a Python function', MODEL, 200],
  );
});

test('an answer without its proof is logged and counted with it', async () => {
  const passes = async () => Number(/verdict="passed"\} (\d+)/.exec(await metrics())?.[1] ?? 0);
  const before = await passes();
  server.logs.splice(0);
  for (const stream of [false, true]) {
    await (await post(server, '/v1/chat/completions', { ...CHAT, stream }, { 'x-greenloop-proof': 'off' })).text();
    assert.equal((await logged()).verdict, 'passed');
    server.logs.splice(0);
  }
  assert.equal(await passes(), before + 2);
});

for (const [path, body] of [
  ['/v1/chat/completions', CHAT],
  ['/v1/solve', { task: WISH }],
] as const) {
  test(`${path}: what breaks a stream is logged, though it began with 200`, async () => {
    server.ollama.faults.push(...Array<StubFault>(20).fill(FAILS));
    const response = await post(server, path, { ...body, stream: true });
    await response.text();
    assert.equal(response.status, 200);
    const { status, error, verdict } = await logged();
    assert.deepEqual([status, verdict], [502, null]);
    assert.match(error ?? '', /out of order/);
  });

  test(`${path}: a client that leaves in mid-stream is logged as gone`, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.ollama.answer = () => {
      resolve();
      return new Promise(() => {});
    };
    const leaving = new AbortController();
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...body, stream: true }),
      signal: leaving.signal,
    });
    await promise;
    assert.equal(server.logs.length, 0);
    leaving.abort();
    await assert.rejects(response.text());
    const { status, error } = await logged();
    assert.deepEqual([status, error], [499, 'the client disconnected']);
    await server.ollama.idle();
  });
}

test('a passed-on answer that breaks off is logged with what broke it, when it does', async () => {
  server.ollama.faults.push({ kind: 'reset' });
  // Headers and break may reach the client together: then the request fails, else the reading of its body.
  await assert.rejects(async () => (await post(server, '/api/chat', { ...HELLO, model: 'llama3.2:3b' })).text());
  const { status, error, verdict } = await logged();
  assert.deepEqual([status, error, verdict], [502, 'the answer of the model server ended early', null]);
});

test('/v1/solve is logged with its pipeline and verdict, whole and as a stream', async () => {
  for (const stream of [false, true]) {
    await (await post(server, '/v1/solve', { task: WISH, stream })).text();
    const { model, verdict, seconds } = await logged();
    assert.deepEqual([model, verdict, seconds > 0], [MODEL, 'passed', true]);
    server.logs.splice(0);
  }
});

test("requests are counted by what they spoke; greenloop's own paths are no wire of others", async () => {
  await (await fetch(`${server.url}/health`)).text();
  await (await fetch(`${server.url}/nothing`)).text();
  await (await fetch(`${server.url}/mcp`)).text();
  const text = await metrics();
  assert.match(text, /requests_total\{wire="greenloop",status="200"\}/);
  assert.match(text, /requests_total\{wire="greenloop",status="404"\} 1$/m);
  assert.match(text, /requests_total\{wire="mcp",/);
  assert.doesNotMatch(text, /wire="openai-chat",status="404"/);
});
