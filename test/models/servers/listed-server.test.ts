import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenAIServer } from '../../../src/models/openai/openai-server.ts';
import { ListedServer } from '../../../src/models/servers/listed-server.ts';
import { OpenAIStub } from '../openai/openai-stub.ts';

test('a server has those of its models that its entry names, and without a list of its own what the entry says', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.models = ['small', 'large'];
  const server = new OpenAIServer({ url: stub.baseUrl });
  const names = async (models: readonly string[] | null) =>
    (await new ListedServer({ server, serverName: 'rack', models }).listModels()).map(({ name }) => name);
  assert.deepEqual(await names(null), ['openai/small', 'openai/large']);
  assert.deepEqual(await names(['large', 'none']), ['openai/large']);
  stub.hasList = false;
  assert.deepEqual(await names(['large', 'none']), ['openai/large', 'openai/none']);
  await assert.rejects(names(null), { reason: 'refused' });
});
