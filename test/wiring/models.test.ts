import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openModels } from '../../src/wiring/models.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Workplace } from '../cli/cli.ts';
import { writeTinyGguf } from '../models/gguf/tiny-gguf.ts';
import { OpenAIStub } from '../models/openai/openai-stub.ts';
import { requestFor } from '../models/requests.ts';

const place = new Workplace();

test('a gguf/ model runs with the context and the slots of the settings', async () => {
  const path = join(place.path, 'tiny.gguf');
  writeTinyGguf(path, { answer: ['pass'] });
  const name = `gguf/${path}`;
  const open = await openModels([name], readSettings({ contextTokens: 256, slots: 2 }, {}));
  const model = open(name);
  const answers = await Promise.all([1, 2, 3].map(() => model.complete(requestFor('say something'))));
  assert.deepEqual([model.name, ...answers.map(({ text }) => text)], [name, 'pass', 'pass', 'pass']);
  await assert.rejects(model.complete(requestFor('x'.repeat(300))), /does not fit into the 256 tokens/);
});

test('models at a server that is loading share the wait, and get as many slots as it has once it is there', async (t) => {
  const stub = await new OpenAIStub().start();
  t.after(() => stub.stop());
  stub.models = ['a', 'b'];
  stub.loadsFor = 3;
  const waiting: string[] = [];
  const settings = readSettings({ openaiUrl: stub.baseUrl }, {});
  const open = await openModels(['openai/a', 'openai/b'], settings, undefined, {
    waiting: (line) => waiting.push(line),
    note: (line) => assert.fail(line),
  });
  assert.ok(waiting.length >= 1 && waiting.length <= 3, `${waiting}`);
  // Until four are in, or that many turns say that there will be no more.
  stub.beforeAnswer = async () => {
    for (let turn = 0; turn < 1000 && stub.mostInFlight < 4; turn += 1) await new Promise(setImmediate);
  };
  await Promise.all(Array.from({ length: 8 }, () => open('openai/a').complete(requestFor('hi'))));
  assert.equal(stub.mostInFlight, 4);
});
