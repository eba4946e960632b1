import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Json, jsonOf, MODEL, ownServer, pipelineOf, post } from './own-server.ts';

/** What a server behind was asked: where, with what, and with whose key. */
interface Asked {
  readonly path: string;
  readonly body: string;
  readonly key: string | undefined;
}

const asked: Asked[] = [];
/** An OpenAI-compatible server that lists one model, and answers every post with its path. */
const behind = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const path = request.url ?? '';
  if (request.method === 'POST') asked.push({ path, body, key: request.headers.authorization });
  const answer = path.endsWith('/models') ? { data: [{ id: 'small' }] } : { path };
  if (body.includes('nothing')) return void response.writeHead(204).end();
  response.writeHead(path.endsWith('/props') ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
before(() => new Promise<void>((resolve) => void behind.listen(0, '127.0.0.1', resolve)));
after(() => behind.close());

const folder = mkdtempSync(join(tmpdir(), 'greenloop-pass-on-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'models'));
copyFileSync(join(import.meta.dirname, '..', '..', 'starter', 'xs.gguf'), join(folder, 'models', 'own.gguf'));

const settings = { openaiKey: 'key-of-behind', cacheFolder: folder };
const server = ownServer(
  { pipelines: [pipelineOf('careful', 'openai/small'), pipelineOf('own', 'starter/xs')] },
  {
    ...settings,
    get openaiUrl() {
      return `http://127.0.0.1:${(behind.address() as AddressInfo).port}/some/api`;
    },
  },
);

test('an address with a path of its own is asked below it, as the listing is', async () => {
  const { data } = await jsonOf(fetch(`${server.url}/v1/models`));
  assert.ok(data.some(({ id }: Json) => id === 'small'));
  for (const path of ['/v1/chat/completions', '/v1/embeddings', '/v1/messages', '/v1/responses']) {
    const answer = await jsonOf(post(server, path, { model: 'small', messages: [], input: 'x' }));
    assert.deepEqual(answer, { path: path.replace('/v1', '/some/api') });
  }
  assert.deepEqual(new Set(asked.map(({ key }) => key)), new Set(['Bearer key-of-behind']));
});

test('an answer without a body is passed on as one', async () => {
  const answer = await post(server, '/v1/completions', { model: 'small', prompt: 'nothing' });
  assert.deepEqual([answer.status, await answer.text()], [204, '']);
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^greenloop_requests_running 0$/m);
});

test("a completion of a pipeline is one of its generator's model, and only the name is another", async () => {
  const body = `{ "prompt": "def f(", "seed": 12345678901234567890, "model": ${JSON.stringify(MODEL)}, "top_p": 1.0 }`;
  assert.deepEqual(await jsonOf(post(server, '/v1/completions', body)), { path: '/some/api/completions' });
  assert.equal(asked.at(-1)?.body, body.replace(JSON.stringify(MODEL), '"small"'));
});

test('what no server has is not passed on, and says so', async () => {
  const own = await post(server, '/v1/completions', { model: 'greenloop/own', prompt: 'def f(' });
  assert.deepEqual(
    [own.status, (await jsonOf(own)).error.message],
    [400, 'no server answers /v1/completions for starter/xs'],
  );
  const ollama = await post(server, '/api/embed', { model: MODEL, input: 'x' });
  assert.deepEqual(
    [ollama.status, (await jsonOf(ollama)).error],
    [400, 'no server answers /api/embed for openai/small'],
  );
});

test('a model that greenloop runs itself is listed as no model of a server', async () => {
  const { data } = await jsonOf(fetch(`${server.url}/v1/models`));
  assert.deepEqual(
    data.filter(({ id }: Json) => id === 'own'),
    [],
  );
  assert.equal((await post(server, '/v1/chat/completions', { model: 'own', messages: [] })).status, 404);
});
