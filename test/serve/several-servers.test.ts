import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { namedServer } from '../models/servers/own-servers.ts';
import { type Json, jsonOf, ownServer, pipelineOf, post, RIGHT, WISH } from './own-server.ts';

const [desk, box2] = [await new OllamaStub().start(), await new OllamaStub().start()];
box2.models = ['llama3.2:3b', 'own:1b'];
desk.answer = box2.answer = () => RIGHT;
after(async () => {
  await desk.stop();
  await box2.stop();
});

const servers = [namedServer('desk', 'ollama', desk.url), namedServer('box2', 'ollama', box2.url, { key: 'secret' })];
const pipelines = [pipelineOf('careful'), pipelineOf('pinned', 'ollama/llama3.2:3b@box2')];
const server = ownServer({ pipelines }, { servers });

/** As the stub wants a request that is passed on. */
const PASSED = {
  ...{ messages: [{ role: 'user', content: 'hello' }], stream: false, truncate: false, shift: false, keep_alive: '5m' },
  options: { num_ctx: 4096, num_predict: 100, temperature: 0, seed: 1 },
};

function countsDuring(work: () => Promise<unknown>): Promise<[number, number]> {
  const asked = () => [desk.requests.length, box2.requests.length] as const;
  const [first, second] = asked();
  return work().then(() => [asked()[0] - first, asked()[1] - second]);
}

test('each model is listed once, and one of a single server is found there', async () => {
  const { data } = await jsonOf(fetch(`${server.url}/v1/models`));
  const ids = data.map(({ id }: Json) => id);
  assert.deepEqual(ids, ['greenloop/careful', 'greenloop/pinned', 'llama3.2:3b', 'qwen2.5-coder:latest', 'own:1b']);
  assert.deepEqual(await countsDuring(() => jsonOf(post(server, '/api/chat', { ...PASSED, model: 'own:1b' }))), [0, 1]);
});

test('requests that are passed on go to the less busy server, a named one takes its own, and keys stay apart', async () => {
  const both = Promise.withResolvers<void>();
  for (const stub of [desk, box2]) {
    stub.beforeAnswer = () => {
      if (desk.inFlight + box2.inFlight === 2) both.resolve();
      return both.promise;
    };
  }
  const pass = (model: string) => jsonOf(post(server, '/api/chat', { ...PASSED, model }));
  assert.deepEqual(await countsDuring(() => Promise.all([1, 2].map(() => pass('llama3.2:3b')))), [1, 1]);
  for (const stub of [desk, box2]) stub.beforeAnswer = () => undefined;
  assert.deepEqual([desk.lastAuthorization, box2.lastAuthorization], [undefined, 'Bearer secret']);
  for (const model of ['llama3.2:3b@box2', 'ollama/llama3.2:3b@box2', 'greenloop/pinned'])
    assert.deepEqual(await countsDuring(() => pass(model)), [0, 1], model);
});

test('a task is solved at either server, and a request passes to the other where one is down', async () => {
  const port = Number(new URL(desk.url).port);
  await desk.stop();
  const solved = await jsonOf(
    post(server, '/v1/chat/completions', { model: 'greenloop/careful', messages: [{ role: 'user', content: WISH }] }),
  );
  assert.equal(solved.greenloop.verdict, 'passed');
  const asked = await countsDuring(() => jsonOf(post(server, '/api/chat', { ...PASSED, model: 'llama3.2:3b' })));
  assert.deepEqual(asked, [0, 1]);
  await desk.start(port);
});
