import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { htmlPage, type StubFault } from '../models/http/http-stub.ts';
import { type Json, jsonOf, MODEL, ownServer, post, RIGHT, WISH } from './own-server.ts';

const server = ownServer({}, { modelTimeoutSeconds: 1 });
const messages = [{ role: 'user', content: WISH }];
const BODY = { model: MODEL, messages };
/** As the stub wants it, for a model of its own. */
const BEHIND = {
  ...{ model: 'llama3.2:3b', messages, stream: false, truncate: false, shift: false, keep_alive: '5m' },
  options: { num_ctx: 4096, num_predict: 100, temperature: 0, seed: 1 },
};

const REDIRECT: StubFault = {
  kind: 'status',
  status: 302,
  body: '',
  headers: { location: 'http://127.0.0.1:9/elsewhere' },
};
const FAULTS: Readonly<Record<string, StubFault>> = {
  'fails with 500': { kind: 'status', status: 500, body: htmlPage },
  'answers with a page': { kind: 'body', body: htmlPage },
  'answers with half a JSON': { kind: 'body', body: '{"message":{"role":"assistant","content":"```py' },
  'breaks the connection off': { kind: 'reset' },
  'never answers': { kind: 'hang' },
  'leads elsewhere': REDIRECT,
};

/** From now on every call of the model goes wrong in this way, retries too. */
function breakModel(fault: StubFault): void {
  server.ollama.faults.push(...Array<StubFault>(100).fill(fault));
}

afterEach(async () => {
  server.ollama.faults.splice(0);
  server.ollama.answer = () => RIGHT;
  const answer: Json = await jsonOf(post(server, '/v1/chat/completions', BODY));
  assert.equal(answer.greenloop.verdict, 'passed');
});

for (const [name, fault] of Object.entries(FAULTS)) {
  test(`a model server that ${name} is an error of each wire, whole or in mid-stream`, async () => {
    breakModel(fault);
    const [openai, ollama, anthropic, responses] = await Promise.all([
      post(server, '/v1/chat/completions', BODY),
      post(server, '/api/chat', { ...BODY, stream: false }),
      post(server, '/v1/messages', { ...BODY, max_tokens: 500, stream: true }),
      post(server, '/v1/responses', { model: MODEL, input: WISH, stream: true }),
    ]);
    assert.deepEqual([openai.status, ollama.status, anthropic.status, responses.status], [502, 502, 200, 200]);
    const { error } = await jsonOf(openai);
    assert.deepEqual([error.type, error.code], ['server_error', 'model_failed']);
    assert.equal(typeof (await jsonOf(ollama)).error, 'string');
    const events = `${await anthropic.text()}${await responses.text()}`;
    assert.match(events, /^event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":/m);
    assert.match(events, /^event: response\.failed\n/m);
    // What the server sent reaches a terminal only as text.
    assert.equal(`${error.message}${events}`.includes('\u001b'), false);
  });
}

test('what a server behind answers is passed on, be it an error or no JSON', async () => {
  for (const fault of [FAULTS['fails with 500'], FAULTS['answers with a page']] as StubFault[]) {
    server.ollama.faults.push(fault);
    const response = await post(server, '/api/chat', BEHIND);
    assert.deepEqual([response.status, await response.text()], [fault.kind === 'status' ? 500 : 200, htmlPage]);
  }
});

test('a redirect of a server behind is neither followed nor passed on', async () => {
  server.ollama.faults.push(REDIRECT);
  const response = await fetch(`${server.url}/api/chat`, {
    method: 'POST',
    body: JSON.stringify(BEHIND),
    redirect: 'manual',
  });
  assert.deepEqual([response.status, response.headers.get('location')], [502, null]);
  assert.match((await jsonOf(response)).error, /answers with a redirect \(status 302\)/);
});

test('an answer that breaks off behind breaks off here, and a client that leaves is gone behind', async () => {
  server.ollama.faults.push({ kind: 'reset' });
  await assert.rejects(post(server, '/api/chat', BEHIND).then((response) => response.text()));
  server.ollama.faults.push({ kind: 'hang' });
  const leaving = new AbortController();
  const asked = fetch(`${server.url}/api/chat`, {
    method: 'POST',
    body: JSON.stringify(BEHIND),
    signal: leaving.signal,
  });
  while (server.ollama.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  leaving.abort();
  await assert.rejects(asked);
  await server.ollama.idle();
  while (server.logs.at(-1)?.status !== 499) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(server.logs.at(-1)?.error, 'the client disconnected');
});
