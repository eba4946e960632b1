import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Queue, Worker } from 'bullmq';
import { Refusal } from '../../src/base/errors.ts';
import { findProgram } from '../../src/base/find-program.ts';
import { differenceOfPlaces, missingModel } from '../../src/queue/matching.ts';
import type { QueueRunner } from '../../src/queue/queue-runner.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { PREFIX } from '../../src/queue/registry.ts';
import { readTaskJson, taskJson } from '../../src/queue/task-json.ts';
import { trialsOf } from '../../src/runs/plan.ts';
import { outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { assertNoControls, Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { pipelineOf } from '../runs/own-experiment.ts';
import { openRegistry, openRunner, startWorker } from './own-queue.ts';
import { RedisServer, until, whyNoRedis } from './redis-server.ts';
import { startCliWorker } from './worker-process.ts';

const redis = new RedisServer();
const sandbox = await openSandbox(readSettings(), 1);
const place = new Workplace();
const pipelines = [pipelineOf('p')];
const planned = trialsOf({ pipelines, tasks: [doubleTask()], repeats: 1 });
const SECRET = 'no:t/for@logs';
const answer = () => fenced(DOUBLE.right);

before(async () => {
  if (whyNoRedis === false) await redis.start();
});
after(async () => {
  await redis.stop();
  await sandbox.close();
});

async function trialsBy(runner: QueueRunner): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const event of runner.run(planned, { seed: 1, timeoutSeconds: 60 }, {}))
    if (event.kind === 'trial-ended') trials.push(event.trial);
  return trials;
}

/** A worker of somebody else's, who does with the jobs of every queue what he likes. */
async function hijack(t: TestContext, work: (id: string) => Promise<unknown>): Promise<void> {
  const registry = await openRegistry(t, redis.address);
  let names: string[] = [];
  await until(async () => {
    names = [...(await registry.queues()).keys()];
    return names.length > 0;
  }, 'a queue');
  for (const name of names) {
    const options = { connection: registry.connection, prefix: PREFIX };
    const worker = new Worker(name, (job) => work(job.id as string), options);
    worker.on('error', () => {});
    t.after(() => worker.close(true));
  }
}

describe('what lies in a queue is nobody’s word', { skip: whyNoRedis }, () => {
  for (const [what, result] of [
    ['no JSON', '{'],
    ['another shape', '{"trials": [{"pipeline": "p"}]}'],
    ['a field too many', '{"refused": "no", "and": 1}'],
    [
      'a result of other trials',
      '{"trials": [], "completions": [], "verdicts": [], "reuse": {"calls": 0, "promptTokens": 0, "completionTokens": 0}}',
    ],
  ] as const)
    test(`a worker that sends ${what} makes a fault of that trial`, async (t) => {
      const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true, lookSeconds: 0.03 });
      const registry = await openRegistry(t, redis.address);
      const running = trialsBy(runner);
      await hijack(t, (id) => registry.putResult(id, result));
      const [trial] = await running;
      assert.equal(outcomeOf(trial as Trial), 'fault');
      assert.match(trial?.trace.fault?.message ?? '', /no worker could finish this trial/);
    });

  test('a worker that says nothing of what it did makes a fault of that trial', async (t) => {
    const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true, lookSeconds: 0.03 });
    const running = trialsBy(runner);
    await hijack(t, async () => null);
    assert.equal(outcomeOf((await running)[0] as Trial), 'fault');
  });

  test('a job of another shape fails at the worker, which goes on', async (t) => {
    const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true });
    const { worker, trials } = await startWorker(t, redis.address, sandbox, { answer });
    await trialsBy(runner);
    const registry = await openRegistry(t, redis.address);
    const [name] = [...(await registry.queues()).keys()].slice(-1);
    const queue = new Queue(name as string, { connection: registry.connection, prefix: PREFIX });
    t.after(() => queue.close());
    const task = planned[0]!.task;
    const known = {
      task: 'f'.repeat(64),
      repeat: 0,
      pipelines: [],
      seed: 0,
      timeoutSeconds: 1,
      grading: 'none',
      watched: false,
      known: [],
    };
    const jobs = [{}, { ...known, extra: 1 }, { ...known, task: '../../etc/passwd' }, known, 'text'];
    for (const [index, job] of jobs.entries())
      await queue.add('trials', job, { jobId: `hostile-${index}`, attempts: 1 });
    await until(async () => (await queue.getFailedCount()) === jobs.length, 'all of them failed');
    const reasons = (await queue.getFailed()).map(({ failedReason }) => failedReason);
    assert.deepEqual(
      new Set(reasons),
      new Set(['the job is not one of this version of greenloop', 'no such task lies beside the queue']),
    );
    assert.equal(trials.length, 1);
    await trialsBy(await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true }));
    assert.equal(trials.length, 2);
    assert.equal(worker.active, 0);
    assert.equal(readTaskJson(taskJson(task), 'f'.repeat(64)), null);
  });

  test('a pipeline that is none is refused by the worker, and ends the run of whoever asked for it', async (t) => {
    const runner = await openRunner(t, redis.address, sandbox, { pipelines, isFresh: true });
    await startWorker(t, redis.address, sandbox, { answer });
    const spec = { ...pipelines[0]!, generator: { ...pipelines[0]!.generator, temperature: 'hot' } } as never;
    const asked = planned.map((one) => ({ ...one, spec }));
    const running = (async () => {
      for await (const _ of runner.run(asked, { seed: 1, timeoutSeconds: 60 }, {}));
    })();
    await assert.rejects(running, Refusal);
  });

  test('workers whose names would move a cursor are shown harmless, and those that say something else not at all', async (t) => {
    const registry = await openRegistry(t, redis.address);
    const { worker } = await startWorker(t, redis.address, sandbox, { answer });
    const evil = '\u001b[2J\u001b]0;gotcha\u0007\u202eworker';
    const info = { ...worker.info, id: evil, host: evil, models: [{ name: evil, identity: null }] };
    const end = new AbortController();
    const said = [
      registry.announceWorker(() => info, end.signal),
      registry.announceWorker(() => ({ ...info, id: 'liar', jobs: -1 }), end.signal),
      registry.announceWorker(() => ({ ...info, id: 'talker', note: 'x' }) as typeof info, end.signal),
    ];
    await until(async () => (await registry.redis.hlen(`${PREFIX}:workers`)) >= 4, 'all of them');
    const env = { GREENLOOP_QUEUE: redis.url };
    const { stdout } = await place.run(['workers'], { env });
    assertNoControls(stdout);
    assert.match(stdout, /gotcha/);
    const json = await place.run(['workers', '--json'], { env });
    assertNoControls(json.stdout);
    assert.deepEqual(
      JSON.parse(json.stdout)
        .workers.map(({ id }: { id: string }) => id)
        .filter((id: string) => [worker.info.id, evil, 'liar', 'talker'].includes(id))
        .toSorted(),
      [worker.info.id, evil].toSorted(),
    );
    // A version with an escape sequence is told of in a run that cannot use that worker.
    const other = { ...info, place: { ...info.place, greenloop: evil } };
    said.push(registry.announceWorker(() => ({ ...other, id: `${evil} 2` }), end.signal));
    await until(async () => (await registry.redis.hlen(`${PREFIX}:workers`)) >= 5, 'the other');
    const words = ['bench', '-b', 'tasks.yaml', '--model', 'ollama/none', '--server-wait', '0.1'];
    const refused = await place.run(words, { env });
    assert.equal(refused.code, 2);
    assertNoControls(refused.stderr);
    assert.match(refused.stderr, /cannot help: greenloop is \S+ here and .*gotcha/);
    assert.match(refused.stderr, /no worker has ollama\/none; start one .* \(--server-wait SECONDS\)/);
    end.abort();
    await Promise.all(said);
  });
});

describe('which machines may work together', () => {
  const own = { protocol: 1, greenloop: '1.0.0', sandbox: 'bwrap 3.13', judge: 'a'.repeat(64) };
  test('those of one version, sandbox and judge', () => {
    assert.equal(differenceOfPlaces(own, own), null);
    assert.equal(differenceOfPlaces(own, { ...own, greenloop: '1.0.1' }), 'greenloop is 1.0.0 here and 1.0.1 there');
    assert.match(differenceOfPlaces(own, { ...own, protocol: 2 }) ?? '', /^greenloop is/);
    assert.equal(
      differenceOfPlaces(own, { ...own, sandbox: 'pyodide 3.14' }),
      'code runs in bwrap 3.13 here and in pyodide 3.14 there',
    );
    assert.equal(differenceOfPlaces(own, { ...own, judge: 'b'.repeat(64) }), 'the judge has other files there');
  });
  test('models of the same digest; addresses tell nothing of weights', () => {
    const [one, other] = ['1'.repeat(64), '2'.repeat(64)];
    const wanted = [{ name: 'ollama/m', identity: one }];
    assert.equal(missingModel(wanted, wanted), null);
    assert.equal(missingModel([{ name: 'ollama/m', identity: other }], wanted), 'ollama/m has other weights');
    assert.equal(missingModel([], wanted), 'no model ollama/m');
    assert.equal(missingModel([{ name: 'ollama/m', identity: 'http://box:1 m' }], wanted), null);
  });

  test('two workers with other weights under one name are refused, with both hosts', {
    skip: whyNoRedis,
  }, async (t) => {
    const own = await new RedisServer().start();
    t.after(() => own.stop());
    const [one, other] = await Promise.all([new OllamaStub().start(), new OllamaStub().start()]);
    t.after(() => Promise.all([one.stop(), other.stop()]));
    const registry = await openRegistry(t, own.address);
    const env = { ...place.environment(), OLLAMA_HOST: one.url, GREENLOOP_QUEUE: own.url };
    const worker = startCliWorker(t, env, place.path);
    await worker.says(/at once/);
    await until(async () => (await registry.workers()).length === 1, 'the worker in the list');
    const [info] = await registry.workers();
    const models = info!.models.map(({ name }) => ({ name, identity: 'e'.repeat(64) }));
    const end = new AbortController();
    const said = registry.announceWorker(() => ({ ...info!, id: 'far', host: 'far', models }), end.signal);
    await until(async () => (await registry.workers()).length === 2, 'both');
    const words = ['bench', '-b', 'tasks.yaml', '--model', 'ollama/llama3.2:3b'];
    const { code, stderr } = await place.run(words, { env });
    assert.equal(code, 2);
    assert.match(stderr, /ollama\/llama3\.2:3b has other weights at \S+ than at \S+; pull the same ones/);
    end.abort();
    await said;
  });
});

describe('the address of a queue', () => {
  test('is redis or rediss, and its name to people has no password', () => {
    assert.equal(parseRedisAddress('redis://box').place, 'redis://box:6379');
    const secret = parseRedisAddress(`rediss://me:${encodeURIComponent(SECRET)}@box:1/2`);
    assert.equal(secret.place, 'rediss://box:1/2');
    for (const text of ['http://box', 'box:6379', `redis:${SECRET}`, '']) {
      assert.throws(
        () => parseRedisAddress(text),
        (error: Error) => error instanceof Refusal && !error.message.includes(SECRET),
      );
    }
  });

  test('one where nobody answers is refused in one line', async () => {
    const { code, stderr } = await place.run([
      'workers',
      '--queue',
      `redis://:${encodeURIComponent(SECRET)}@127.0.0.1:2`,
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /no Redis can be used at redis:\/\/127\.0\.0\.1:2 \(ECONNREFUSED\)/);
    assert.ok(!stderr.includes(SECRET) && !stderr.includes(encodeURIComponent(SECRET)));
  });

  test('a password is asked for, works, and is told nobody', { skip: whyNoRedis }, async (t) => {
    const locked = await new RedisServer({ password: SECRET }).start();
    t.after(() => locked.stop());
    const server = await new OllamaStub().start();
    t.after(() => server.stop());
    server.answer = () => 'def double(x):\n    return 2 * x\n';
    const url = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${locked.port}`;
    for (const wrong of [locked.url, url('wrong')]) {
      const { code, stderr } = await place.run(['workers', '--queue', wrong]);
      assert.equal(code, 2);
      assert.match(stderr, /it wants another user or password/);
      assert.ok(!stderr.includes('wrong'));
    }
    const env = { ...place.environment(), OLLAMA_HOST: server.url, GREENLOOP_QUEUE: url(SECRET) };
    const worker = startCliWorker(t, env, place.path);
    await worker.says(/at once/);
    const run = await place.run(['bench', '-b', 'tasks.yaml', '--model', 'ollama/llama3.2:3b', '--debug'], { env });
    assert.equal(run.code, 0, run.stderr);
    const list = await place.run(['workers', '--json'], { env });
    // What it says when Redis is gone, too.
    await locked.stop();
    await worker.says(/does not answer/);
    worker.signal('SIGTERM');
    await worker.ended;
    for (const text of [run.stdout, run.stderr, list.stdout, worker.stdout, worker.stderr])
      for (const secret of [SECRET, encodeURIComponent(SECRET)]) assert.ok(!text.includes(secret), text);
  });

  const openssl = findProgram(['openssl'], process.env.PATH ?? '/usr/bin:/bin');
  const skip = whyNoRedis || (openssl === null && 'openssl is not installed');
  test('rediss speaks TLS, and a certificate that nobody vouches for is refused', { skip }, async (t) => {
    const files = { cert: join(place.path, 'cert.pem'), key: join(place.path, 'key.pem') };
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      files.key,
      '-out',
      files.cert,
    ];
    execFileSync(openssl as string, [...key, ...subject], { stdio: 'ignore' });
    const secure = await new RedisServer({ tls: files }).start();
    t.after(() => secure.stop());
    const { code, stderr } = await place.runAlone(['workers', '--queue', secure.url]);
    assert.equal(code, 2);
    assert.match(stderr, /no Redis can be used at rediss:.*\(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    const server = await new OllamaStub().start();
    t.after(() => server.stop());
    server.answer = () => 'def double(x):\n    return 2 * x\n';
    const env = { NODE_EXTRA_CA_CERTS: files.cert, GREENLOOP_QUEUE: secure.url, OLLAMA_HOST: server.url };
    const vouched = await place.runAlone(['workers', '--queue', secure.url], { env });
    assert.deepEqual([vouched.code, vouched.stdout], [0, '']);
    const worker = startCliWorker(t, { ...place.environment(), ...env }, place.path);
    await worker.says(/at once/);
    const words = ['bench', '-b', 'tasks.yaml', '--model', 'ollama/llama3.2:3b', '--ledger', 'secure.db'];
    const run = await place.runAlone(words, { env });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(server.requests.length, 3);
    const plain = await place.runAlone(['workers', '--queue', `redis://127.0.0.1:${secure.port}`], { env });
    assert.equal(plain.code, 2, plain.stderr);
  });

  test('a connection that is refused later is told of once', { skip: whyNoRedis }, async (t) => {
    const own = await new RedisServer().start();
    t.after(() => own.stop());
    const lines: string[] = [];
    const connection = await connectRedis(own.address, (line) => lines.push(line));
    t.after(() => connection.disconnect());
    await own.stop();
    await until(() => lines.length > 0, 'a line');
    await own.start();
    assert.equal(await connection.ping(), 'PONG');
    assert.equal(lines.length, 1);
  });
});
