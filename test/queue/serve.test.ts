import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { ScriptAnswer } from '../../src/models/scripted/scripted-model.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { serve } from '../../src/serve/serve.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Solver } from '../../src/wiring/solver.ts';
import { startWorker } from './own-queue.ts';
import { RedisServer, whyNoRedis } from './redis-server.ts';

const redis = new RedisServer();
const SETTINGS = readSettings({}, { PATH: process.env.PATH });
const PIPELINE = parsePipeline(
  { name: 'own', generator: { model: 'scripted/p' }, stages: [{ iterations: 1, refiner: { model: 'scripted/p' } }] },
  'own',
);
interface Answer {
  readonly greenloop?: { readonly verdict: string };
  readonly choices?: readonly { readonly message: { readonly content: string } }[];
  readonly error?: { readonly message: string };
}

const TASK = 'Write a Python function double(x) that doubles x.\n\n>>> double(2)\n4\n';

before(async () => {
  if (whyNoRedis === false) await redis.start();
});
after(() => redis.stop());

const RIGHT = '```python\ndef double(x):\n    return 2 * x\n```';
const WRONG = '```python\ndef double(x):\n    return x\n```';

describe('tasks on a queue', { skip: whyNoRedis }, () => {
  async function openPlace(t: TestContext) {
    const sandbox = await openSandbox(SETTINGS, 1);
    t.after(() => sandbox.close());
    return { address: parseRedisAddress(redis.url), sandbox };
  }

  test('are solved by workers; the time limit ends them with what there is, or with nothing where no worker is', async (t) => {
    const { address, sandbox } = await openPlace(t);
    // Repairs never come.
    const answer: ScriptAnswer = ({ draw, messages }, signal) => {
      if (draw.role === 'generator') return messages.at(-1)?.content.includes('slowly') ? WRONG : RIGHT;
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const { trials, drain } = await startWorker(t, address, sandbox, { answer });
    const own = { host: '127.0.0.1', port: 0, pipelines: [PIPELINE], limits: { seconds: 2 } };
    const server = await serve({ ...own, solver: { parallel: 1, queue: address } }, SETTINGS);
    t.after(() => server.close(0));
    const ask = async (task: string) => {
      const body = { model: 'greenloop/own', messages: [{ role: 'user', content: task }] };
      const response = await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as Answer };
    };
    const solved = await ask(TASK);
    assert.equal(solved.status, 200, JSON.stringify(solved.json));
    assert.equal(solved.json.greenloop?.verdict, 'passed');
    assert.equal(trials.length, 1);
    const half = await ask(`Slowly: ${TASK.replace('doubles', 'slowly doubles')}`);
    assert.equal(half.status, 200, JSON.stringify(half.json));
    assert.equal(half.json.greenloop?.verdict, 'failed');
    assert.match(half.json.choices?.[0]?.message.content ?? '', /return x/);
    await drain();
    const late = await ask(TASK);
    assert.notEqual(late.status, 200);
    assert.match(late.json.error?.message ?? '', /2 s/);
  });

  test('tell what happens while a worker solves them', async (t) => {
    const { address, sandbox } = await openPlace(t);
    const answer: ScriptAnswer = ({ draw }) => (draw.role === 'generator' ? WRONG : RIGHT);
    await startWorker(t, address, sandbox, { answer });
    const solver = await Solver.open(SETTINGS, { parallel: 1, queue: address });
    t.after(() => solver.close());
    const kinds: string[] = [];
    const deadline = AbortSignal.timeout(60_000);
    for await (const event of solver.solve(readFreeTask(TASK, {}), PIPELINE, { deadline })) kinds.push(event.kind);
    const told = kinds.filter((kind) => kind !== 'call-text');
    const call = ['call-started', 'call-ended', 'attempt'];
    assert.deepEqual(told, ['trial-started', ...call, ...call, 'trial-ended']);
  });
});
