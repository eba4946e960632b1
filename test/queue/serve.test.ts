import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { serve } from '../../src/serve/serve.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { startWorker } from './own-queue.ts';
import { RedisServer, whyNoRedis } from './redis-server.ts';

const redis = new RedisServer();
const SETTINGS = readSettings({}, { PATH: process.env.PATH });
const PIPELINE = parsePipeline({ name: 'own', generator: { model: 'scripted/p' }, stages: [] }, 'own');
interface Answer {
  readonly greenloop?: { readonly verdict: string };
  readonly error?: { readonly message: string };
}

const TASK = 'Write a Python function double(x) that doubles x.\n\n>>> double(2)\n4\n';

before(async () => {
  if (whyNoRedis === false) await redis.start();
});
after(() => redis.stop());

describe('serve with a queue', { skip: whyNoRedis }, () => {
  test('tasks are solved by workers; where all are gone, the time limit ends the answer', async (t) => {
    const address = parseRedisAddress(redis.url);
    const sandbox = await openSandbox(SETTINGS, 1);
    t.after(() => sandbox.close());
    const answer = () => ({ text: '```python\ndef double(x):\n    return 2 * x\n```' });
    const { trials, drain } = await startWorker(t, address, sandbox, { answer });
    const own = { host: '127.0.0.1', port: 0, pipelines: [PIPELINE], limits: { seconds: 2 } };
    const server = await serve({ ...own, solver: { parallel: 1, queue: address } }, SETTINGS);
    t.after(() => server.close(0));
    const ask = async () => {
      const body = { model: 'greenloop/own', messages: [{ role: 'user', content: TASK }] };
      const response = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as Answer };
    };
    const { status, json } = await ask();
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.greenloop?.verdict, 'passed');
    assert.equal(trials.length, 1);
    await drain();
    const late = await ask();
    assert.notEqual(late.status, 200);
    assert.match(late.json.error?.message ?? '', /2 s/);
  });
});
