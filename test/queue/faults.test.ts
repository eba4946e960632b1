import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveSeed } from '../../src/base/hash.ts';
import type { PlannedTrial } from '../../src/runs/plan.ts';
import { trialsOf } from '../../src/runs/plan.ts';
import type { TrialRunner } from '../../src/runs/services.ts';
import { runTrialsHere } from '../../src/runs/start-run.ts';
import { outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { keepAnswers } from '../../src/wiring/ledger.ts';
import { openModels } from '../../src/wiring/models.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { doubleTask } from '../own-tasks.ts';
import { pipelineOf } from '../runs/own-experiment.ts';
import { byKey } from '../runs/trial-runner-contract.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { answerBySeed, resultsOf } from './own-answers.ts';
import { openRunner } from './own-queue.ts';
import { RedisServer, until, whyNoRedis } from './redis-server.ts';
import { startCli, startQuickWorker, type TestProcess } from './worker-process.ts';

const NAME = 'ollama/llama3.2:3b';
const role = { model: NAME };
/** Moments of each kind of fault: one in every run of the tests, twenty where GREENLOOP_TEST_FAULTS is "all". */
const MOMENTS = process.env.GREENLOOP_TEST_FAULTS === 'all' ? 20 : 1;
const SETTINGS = { seed: 1, timeoutSeconds: 60 };
const PIPELINES = [
  pipelineOf('p', { name: 'redraw', generator: role, stages: [{ drafts: 3 }] }),
  pipelineOf('p', { name: 'repair', generator: role, stages: [{ iterations: 2, refiner: role }] }),
];
const TASKS = Array.from({ length: 6 }, (_, number) => doubleTask({ id: `Own/${number}` }));
const PLANNED = trialsOf({ pipelines: PIPELINES, tasks: TASKS, repeats: 3 });

const server = new OllamaStub();
const redis = new RedisServer();
const sandbox = await openSandbox(readSettings(), 2);
const place = new Workplace();
let undisturbed: [string, unknown][] = [];

before(async () => {
  await server.start();
  server.answer = answerBySeed;
  if (whyNoRedis !== false) return;
  await redis.start();
  const settings = readSettings({}, { ...process.env, OLLAMA_HOST: server.url });
  const cache = { cache: new SqliteLedger(':memory:'), reuse: { calls: 0, promptTokens: 0, completionTokens: 0 } };
  const model = await keepAnswers([NAME], await openModels([NAME], settings), cache);
  const here: TrialRunner = {
    run: (planned, own) => runTrialsHere(planned, own, { model, sandbox, parallel: 4 }),
  };
  undisturbed = byKey((await collect(here, PLANNED)).trials);
});
after(async () => {
  await redis.stop();
  await server.stop();
  await sandbox.close();
});
beforeEach(() => {
  server.beforeAnswer = () => sleep(15);
});

interface Collected {
  readonly trials: Trial[];
  readonly done: Promise<void>;
}

/** All trials, or those so far. */
function begin(runner: TrialRunner, planned: readonly PlannedTrial[]): Collected {
  const trials: Trial[] = [];
  const done = (async () => {
    for await (const event of runner.run(planned, SETTINGS, {}))
      if (event.kind === 'trial-ended') trials.push(event.trial);
  })();
  done.catch(() => {});
  return { trials, done };
}

async function collect(runner: TrialRunner, planned: readonly PlannedTrial[]): Promise<Collected> {
  const collected = begin(runner, planned);
  await collected.done;
  return collected;
}

async function digestOfModel(): Promise<string> {
  const settings = readSettings({}, { ...process.env, OLLAMA_HOST: server.url });
  return (await (await openModels([NAME], settings))(NAME).identity?.()) ?? '';
}

async function coordinator(t: TestContext, planned = PLANNED): Promise<Collected> {
  const identities = new Map([[NAME, await digestOfModel()]]);
  const runner = await openRunner(t, redis.address, sandbox, { pipelines: PIPELINES, identities, isFresh: true });
  return begin(runner, planned);
}

function startWorker(t: TestContext, url = redis.url): Promise<TestProcess> {
  return startQuickWorker(t, { url, ollama: server.url });
}

/** The share of all trials that have ended when a fault comes, the same in every run of the tests. */
function moments(kind: string): number[] {
  return Array.from({ length: MOMENTS }, (_, index) => (deriveSeed(7, kind, index) % 900) / 1000);
}

async function hasEnded({ trials }: Collected, share: number): Promise<void> {
  await until(() => trials.length >= share * PLANNED.length, `${share} of the trials`);
}

/** Every trial once, and all of them what they are where nothing breaks. */
async function assertUndisturbed({ trials, done }: Collected): Promise<void> {
  await done;
  assert.deepEqual(byKey(trials), undisturbed);
}

describe('a queue under faults', { skip: whyNoRedis }, () => {
  for (const share of moments('worker'))
    test(`a worker is killed after ${share} of the trials`, async (t) => {
      const [one] = await Promise.all([startWorker(t), startWorker(t)]);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      await one.kill();
      await assertUndisturbed(collected);
    });

  for (const share of moments('both workers'))
    test(`all workers are killed after ${share} of the trials, and another comes`, async (t) => {
      const workers = await Promise.all([startWorker(t), startWorker(t)]);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      await Promise.all(workers.map((one) => one.kill()));
      await startWorker(t);
      await assertUndisturbed(collected);
    });

  for (const share of moments('stopped worker'))
    test(`a worker stands still after ${share} of the trials, and goes on when others have done its work`, async (t) => {
      const [one, other] = await Promise.all([startWorker(t), startWorker(t)]);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      one.signal('SIGSTOP');
      await assertUndisturbed(collected);
      one.signal('SIGCONT');
      await sleep(300);
      for (const worker of [one, other]) worker.signal('SIGTERM');
      assert.deepEqual(await Promise.all([one.ended, other.ended]), [0, 0], one.stderr + other.stderr);
    });

  for (const share of moments('cut worker'))
    test(`the network of a worker is cut after ${share} of the trials`, async (t) => {
      const proxy = await new CuttableProxy().start(redis.port);
      t.after(() => proxy.stop());
      const far = await startWorker(t, `redis://127.0.0.1:${proxy.port}`);
      await startWorker(t);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      proxy.cut();
      await assertUndisturbed(collected);
      await far.says(/^the queue at redis:\/\/127\.0\.0\.1:\d+ does not answer .*; waiting until it is back$/m);
      // It comes back, and works on.
      proxy.mend();
      const before = server.requests.length;
      const again = await coordinator(t);
      await assertUndisturbed(again);
      assert.ok(server.requests.length > before);
    });

  for (const share of moments('frozen Redis'))
    test(`Redis stands still for three seconds after ${share} of the trials`, async (t) => {
      await Promise.all([startWorker(t), startWorker(t)]);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      redis.freeze();
      await sleep(3000);
      redis.wake();
      await assertUndisturbed(collected);
    });

  for (const share of moments('lost Redis'))
    test(`Redis is killed after ${share} of the trials and comes back with nothing that it held`, async (t) => {
      await Promise.all([startWorker(t), startWorker(t)]);
      const collected = await coordinator(t);
      await hasEnded(collected, share);
      await redis.stop();
      await sleep(500);
      await redis.start();
      await assertUndisturbed(collected);
    });

  test('a trial that kills its worker each time ends as a fault, and no other does', async (t) => {
    const victims = new Map<number, TestProcess>();
    let deaths = 0;
    let isOver = false;
    const respawn = async () => {
      while (!isOver) {
        const one = await startQuickWorker(t, { url: redis.url, ollama: server.url });
        victims.set(one.child.pid as number, one);
        await one.ended;
        deaths += 1;
      }
    };
    server.answer = (request) => {
      const text = request.messages.map(({ content }) => content).join('');
      // The one that asks is the one that dies: with it, what it has under way besides.
      if (text.includes('poison')) for (const victim of victims.values()) victim.signal('SIGKILL');
      return answerBySeed(request);
    };
    t.after(() => {
      server.answer = answerBySeed;
    });
    const respawning = respawn();
    const poison = doubleTask({ id: 'Own/poison', text: 'Write double: poison.' });
    const planned = trialsOf({ pipelines: PIPELINES, tasks: [...TASKS.slice(0, 3), poison], repeats: 1 });
    const { trials, done } = await coordinator(t, planned);
    await done;
    isOver = true;
    for (const victim of victims.values()) victim.signal('SIGKILL');
    await respawning;
    const faults = trials.filter((trial) => outcomeOf(trial) === 'fault');
    assert.equal(trials.length, planned.length);
    assert.deepEqual(
      faults.map(({ trace }) => trace.taskId),
      ['Own/poison', 'Own/poison'],
    );
    assert.match(faults[0]?.trace.fault?.message ?? '', /^no worker could finish this trial \(/);
    assert.ok(deaths >= 3);
  });

  test('a worker whose model server is gone gives its jobs back, and another does them', async (t) => {
    const dying = await new OllamaStub().start();
    t.after(() => dying.stop());
    dying.answer = answerBySeed;
    dying.beforeAnswer = () => (dying.requests.length === 3 ? dying.stop() : undefined);
    const lonely = await startQuickWorker(t, { url: redis.url, ollama: dying.url });
    await startWorker(t);
    await assertUndisturbed(await coordinator(t));
    assert.match(lonely.stderr, /^a model server is gone; no further jobs until it answers$/m);
  });

  for (const share of moments('coordinator'))
    test(`the coordinator is killed after ${share} of the trials, and the same command goes on`, async (t) => {
      place.write('repair.yaml', `name: repair\ngenerator: {model: ${NAME}}\nstages: [{drafts: 2}]\n`);
      const name = `killed-${share}`;
      const words = (out: string) => {
        const files = ['--out', out, '--ledger', `${out}.db`];
        return ['bench', '-b', 'tasks.yaml', '--pipeline', 'repair.yaml', '--repeats', '8', ...files];
      };
      const env = { ...place.environment(), OLLAMA_HOST: server.url };
      const here = await place.run(words(`${name}-here`), { env });
      assert.equal(here.code, 0, here.stderr);
      const asked = server.requests.length;
      await Promise.all([startWorker(t), startWorker(t)]);
      const queued = { ...env, GREENLOOP_QUEUE: redis.url };
      const first = startCli(t, [...words(name), '--fresh'], queued, place.path);
      await until(() => server.requests.length - asked >= 1 + share * 24, 'the share');
      await first.kill();
      const second = await place.runAlone(words(name), { env: queued });
      assert.equal(second.code, 0, second.stderr);
      const read = (out: string) => resultsOf(place.read(`${out}/summary.json`));
      assert.deepEqual(read(name), read(`${name}-here`));
    });
});
