import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CachedModel } from '../../src/cache/cached-model.ts';
import type { Sampling } from '../../src/models/model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { requestFor } from '../models/requests.ts';

/** A kept model whose n-th answer is n, and how often it was asked. */
function keptModel(identity = 'weights', ledger = new SqliteLedger(':memory:')) {
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  let asked = 0;
  const usage = { promptTokens: 10, completionTokens: 2 };
  const model = new ScriptedModel('m', async () => {
    asked += 1;
    const text = String(asked);
    await new Promise((resolve) => setImmediate(resolve));
    return { text, usage };
  });
  const kept = new CachedModel(model, { identity, cache: ledger, reuse });
  const ask = async (prompt: string, sampling: Partial<Sampling> = {}) =>
    (await kept.complete(requestFor(prompt, { sampling }))).text;
  return { ask, reuse, ledger, asked: () => asked };
}

test('the same request is asked once; another prompt, seed, temperature or cap is another one', async () => {
  const { ask, reuse, asked } = keptModel();
  assert.equal(await ask('a'), '1');
  assert.equal(await ask('a'), '1');
  const others = [
    await ask('b'),
    await ask('a', { seed: 5 }),
    await ask('a', { temperature: 1.5 }),
    await ask('a', { maxTokens: 1 }),
  ];
  assert.deepEqual(others, ['2', '3', '4', '5']);
  assert.deepEqual([asked(), reuse], [5, { calls: 1, promptTokens: 10, completionTokens: 2 }]);
});

test('requests at the same time share one', async () => {
  const { ask, reuse, asked } = keptModel();
  assert.deepEqual(await Promise.all([ask('a'), ask('a'), ask('a')]), ['1', '1', '1']);
  assert.deepEqual([asked(), reuse.calls], [1, 2]);
});

test('other weights under the same ledger are asked anew', async () => {
  const { ask, ledger } = keptModel('weights');
  const other = keptModel('other weights', ledger);
  const again = keptModel('weights', ledger);
  await ask('a');
  await other.ask('a');
  await again.ask('a');
  assert.deepEqual([other.asked(), again.asked()], [1, 0]);
});

test('a request that broke is not kept, and who waited for it asks himself', async () => {
  const ledger = new SqliteLedger(':memory:');
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  let asked = 0;
  const model = new ScriptedModel('m', async () => {
    asked += 1;
    const isFirst = asked === 1;
    await new Promise((resolve) => setImmediate(resolve));
    if (isFirst) throw new Error('gone');
    return { text: 'right' };
  });
  const kept = new CachedModel(model, { identity: 'x', cache: ledger, reuse });
  const [first, ...others] = await Promise.allSettled([1, 2, 3].map(() => kept.complete(requestFor('a'))));
  assert.equal(first?.status, 'rejected');
  assert.deepEqual(
    others.map((other) => other.status === 'fulfilled' && other.value.text),
    ['right', 'right'],
  );
  assert.deepEqual([asked, reuse.calls], [2, 1]);
});

test('an answer that may be cut is kept apart from a whole one, and told at once where it is kept', async () => {
  const ledger = new SqliteLedger(':memory:');
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const model = new ScriptedModel('m', async () => 'code\nwords\n');
  const kept = new CachedModel(model, { identity: 'weights', cache: ledger, reuse });
  const heard: string[] = [];
  const request = { ...requestFor('a'), onText: (text: string) => void heard.push(text) };
  const ask = async (isComplete?: (text: string) => boolean) => {
    const { text, finishReason } = await kept.complete({ ...request, isComplete });
    return [text, finishReason];
  };
  assert.deepEqual(await ask(), ['code\nwords\n', 'stop']);
  assert.deepEqual(await ask(() => true), ['code\n', 'cut']);
  assert.deepEqual(heard, ['code\n', 'code\nwords\n', 'code\n']);
  assert.equal(reuse.calls, 0);
  heard.length = 0;
  assert.deepEqual(await ask(() => true), ['code\n', 'cut']);
  assert.deepEqual(await ask(), ['code\nwords\n', 'stop']);
  assert.deepEqual([heard, reuse.calls], [['code\n', 'code\nwords\n'], 2]);
});

test('an answer with a prefill or stop strings is kept apart from one without', async () => {
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const model = new ScriptedModel('m', async () => 'x');
  const kept = new CachedModel(model, { identity: 'weights', cache: new SqliteLedger(':memory:'), reuse });
  const request = requestFor('a');
  const requests = [
    request,
    { ...request, prefill: 'def ' },
    { ...request, stop: ['x'] },
    { ...request, prefill: 'y' },
  ];
  const texts = [];
  for (const each of requests) texts.push((await kept.complete(each)).text);
  assert.deepEqual([texts, reuse.calls], [['x', 'def x', '', 'yx'], 0]);
  for (const each of requests) await kept.complete(each);
  assert.equal(reuse.calls, requests.length);
});

test('a model that answers from a recording says so from behind the cache, too', () => {
  const recording = { draws: new Map([['a', 2]]) };
  const model = Object.assign(new ScriptedModel('m', () => ''), { recording });
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const cache = new SqliteLedger(':memory:');
  assert.equal(new CachedModel(model, { identity: 'x', cache, reuse }).recording, recording);
  cache.close();
});
