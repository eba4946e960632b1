import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { PREFIX } from '../../src/queue/registry.ts';
import { trialsOf } from '../../src/runs/plan.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { pipelineOf } from '../runs/own-experiment.ts';
import { openRegistry, openRunner, startWorker } from './own-queue.ts';
import { RedisServer, until, whyNoRedis } from './redis-server.ts';

const redis = new RedisServer();
const sandbox = await openSandbox(readSettings(), 2);
const pipelines = [pipelineOf('p')];
const planned = trialsOf({ pipelines, tasks: [doubleTask()], repeats: 30 });
const SETTINGS = { seed: 1, timeoutSeconds: 60 };

before(async () => {
  if (whyNoRedis === false) await redis.start();
});
after(async () => {
  await redis.stop();
  await sandbox.close();
});

describe('the jobs of a run', { skip: whyNoRedis }, () => {
  test('no more wait than may, and none is left where nobody waits for it any more', async (t) => {
    const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true, backlog: async () => 3 });
    const enough = new AbortController();
    const running = (async () => {
      for await (const _ of runner.run(planned, SETTINGS, { signal: enough.signal }));
    })();
    running.catch(() => {});
    const registry = await openRegistry(t, redis.address);
    await until(async () => (await registry.queues()).size === 1, 'the queue');
    const [name] = [...(await registry.queues()).keys()];
    const queue = new Queue(name as string, { connection: registry.connection, prefix: PREFIX });
    t.after(() => queue.close());
    await until(async () => (await queue.getWaitingCount()) === 3, 'three jobs');
    await sleep(300);
    assert.equal(await queue.getWaitingCount(), 3);
    enough.abort(new Error('enough'));
    await assert.rejects(running, { message: 'enough' });
    await until(async () => (await queue.count()) === 0, 'an empty queue');
  });

  test('nothing is left in Redis of a run that has ended, but its tasks for a day', async (t) => {
    const own = await new RedisServer().start();
    t.after(() => own.stop());
    const runner = await openRunner(t, own.address, sandbox, { pipelines });
    const { drain } = await startWorker(t, own.address, sandbox, { answer: () => fenced(DOUBLE.right) });
    let ended = 0;
    for await (const event of runner.run(planned, SETTINGS, {})) if (event.kind === 'trial-ended') ended += 1;
    assert.equal(ended, planned.length);
    await runner.close();
    await drain();
    const look = own.connect();
    t.after(() => look.disconnect());
    const kept = (await look.keys(`${PREFIX}:*`)).filter(
      (key) => !/:(?:meta|events|id|stalled-check|marker|pc)$/.test(key),
    );
    assert.ok(kept.length === 1 && kept[0]?.startsWith(`${PREFIX}:task:`), kept.join(' '));
    assert.ok((await look.ttl(kept[0] as string)) > 86_000);
  });
});
