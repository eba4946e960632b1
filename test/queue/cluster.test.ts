import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertNoControls, Workplace } from '../cli/cli.ts';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { answerBySeed, resultsOf } from './own-answers.ts';
import { RedisServer, until, whyNoRedis } from './redis-server.ts';
import { startCli, startCliWorker, type TestProcess } from './worker-process.ts';

const place = new Workplace();
const server = new OllamaStub();
const redis = new RedisServer();
const REDRAW = 'generator: {model: ollama/llama3.2:3b}\nstages: [{drafts: 3}]\n';
place.write('redraw.yaml', `name: redraw\n${REDRAW}`);
const REPAIR =
  'generator: {model: ollama/llama3.2:3b}\nstages: [{iterations: 2, refiner: {model: ollama/llama3.2:3b}}]\n';
place.write('repair.yaml', `name: repair\n${REPAIR}`);
const PAIR = ['--pipeline', 'redraw.yaml', '--pipeline', 'repair.yaml', '--repeats', '6'] as const;

before(async () => {
  await server.start();
  server.answer = answerBySeed;
  if (whyNoRedis === false) await redis.start();
});
after(async () => {
  await redis.stop();
  await server.stop();
});
beforeEach(() => {
  server.beforeAnswer = () => undefined;
});

function environment(): Record<string, string | undefined> {
  return { ...place.environment(), OLLAMA_HOST: server.url, GREENLOOP_QUEUE: redis.url };
}

function worker(t: { after: (end: () => Promise<void>) => void }, words: readonly string[] = []): TestProcess {
  return startCliWorker(t, environment(), place.path, ['--slots', '2', '--parallel', '1', ...words]);
}

/** Jobs of one seed are no other's, whatever a test before has left in the queue. */
function benchWords(name: string, seed = '1'): string[] {
  return ['bench', '-b', 'tasks.yaml', ...PAIR, '--out', name, '--ledger', `${name}.db`, '--seed', seed];
}

async function benchHere(name: string, seed?: string): Promise<unknown> {
  const { code, stderr } = await place.run(benchWords(name, seed), { env: { OLLAMA_HOST: server.url } });
  assert.equal(code, 0, stderr);
  return resultsOf(place.read(`${name}/summary.json`));
}

describe('many machines', { skip: whyNoRedis }, () => {
  test('four workers come to the summary of one process; workers lists them; SIGTERM drains them', async (t) => {
    const here = await benchHere('here');
    const asked = server.requests.length;
    const workers = Array.from({ length: 4 }, () => worker(t));
    await Promise.all(workers.map((one) => one.says(/at once/)));
    const { code, stdout, stderr } = await place.run(benchWords('spread'), { env: environment() });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^tasks\.yaml: 3 tasks x 6 repeats/);
    assert.deepEqual(resultsOf(place.read('spread/summary.json')), here);
    assert.equal(server.requests.length, 2 * asked);

    // Workers tell of themselves every two seconds.
    const list = async () => {
      const { stdout: json } = await place.run(['workers', '--json'], { env: environment() });
      return JSON.parse(json).workers;
    };
    const doneOf = (all: { done: number }[]) => all.reduce((sum, { done }) => sum + done, 0);
    await until(async () => doneOf(await list()) === 18, 'all jobs in the list');
    const found = await list();
    assert.equal(found.length, 4);
    for (const { place: own, models, slots, active } of found) {
      assert.match(own.greenloop, /^\d+\.\d+\.\d+/);
      assert.match(own.judge, /^[0-9a-f]{64}$/);
      assert.match(models.find(({ name }: { name: string }) => name === 'ollama/llama3.2:3b').identity, /[0-9a-f]{64}/);
      assert.deepEqual([slots, active], [2, 0]);
    }
    const table = await place.run(['workers'], { env: environment() });
    assert.match(table.stdout, /^Workers\n/);

    for (const one of workers) one.signal('SIGTERM');
    assert.deepEqual(await Promise.all(workers.map(({ ended }) => ended)), [0, 0, 0, 0]);
    const trials = workers.map(({ stdout: said }) => Number(/^(\d+) trials? run, 0 faults$/m.exec(said)?.[1]));
    assert.equal(
      trials.reduce((sum, own) => sum + own, 0),
      36,
    );
    const none = await place.run(['workers'], { env: environment() });
    assert.match(none.stderr, /^no worker is at redis:/m);
  });

  test('what is known is asked of nobody', async (t) => {
    await benchHere('known');
    const asked = server.requests.length;
    const own = worker(t);
    await own.says(/at once/);
    const words = benchWords('again').with(-3, 'known.db');
    const { code, stderr } = await place.run(words, { env: environment() });
    assert.equal(code, 0, stderr);
    assert.deepEqual(resultsOf(place.read('again/summary.json')), resultsOf(place.read('known/summary.json')));
    assert.equal(server.requests.length, asked);
  });

  test('a coordinator that is killed is continued by the same command, and nothing is asked twice', async (t) => {
    const earlier = server.requests.length;
    const here = await benchHere('whole', '3');
    const asked = server.requests.length;
    const own = worker(t);
    await own.says(/at once/);
    const first = startCli(t, benchWords('killed', '3'), environment(), place.path);
    await until(() => server.requests.length > asked + 8, 'a few calls');
    await first.kill();
    const second = await place.runAlone(benchWords('killed', '3'), { env: environment() });
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(resultsOf(place.read('killed/summary.json')), here);
    assert.equal(server.requests.length, 2 * asked - earlier);
  });

  test('SIGTERM lets a worker end what it has begun, and another does the rest', async (t) => {
    const here = await benchHere('calm', '4');
    const first = worker(t);
    await first.says(/at once/);
    let calls = 0;
    server.beforeAnswer = async () => {
      calls += 1;
      await sleep(30);
    };
    const running = place.runAlone(benchWords('drained', '4'), { env: environment() });
    await until(() => calls > 5, 'a few calls');
    first.signal('SIGTERM');
    assert.equal(await first.ended, 0);
    assert.match(first.stderr, /stopping after the \d+ jobs? under way/);
    const [, ran = ''] = /^(\d+) trials run, 0 faults$/m.exec(first.stdout) ?? [];
    assert.ok(Number(ran) > 0 && Number(ran) < 36);
    const second = worker(t);
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    assert.deepEqual(resultsOf(place.read('drained/summary.json')), here);
    second.signal('SIGTERM');
    assert.equal(await second.ended, 0);
    assert.match(second.stdout, new RegExp(`^${36 - Number(ran)} trials run`, 'm'));
  });

  test('Ctrl-C ends a run that waits for workers, and keeps what was measured', async (t) => {
    const own = worker(t);
    await own.says(/at once/);
    server.beforeAnswer = () => sleep(50);
    const running = startCli(t, benchWords('stopped', '5'), environment(), place.path);
    const samples = () =>
      existsSync(join(place.path, 'stopped/samples.jsonl')) ? place.rows('stopped/samples.jsonl') : [];
    await until(() => samples().length > 3, 'a few trials');
    running.signal('SIGINT');
    assert.equal(await running.ended, 130, running.stderr);
    assert.match(running.stderr, /^to continue: greenloop bench /m);
    assertNoControls(running.stderr);
  });

  test('a run whose workers have all left says so, stops after the wait, and is continued by the same command', async (t) => {
    const here = await benchHere('kept', '6');
    const own = worker(t);
    await own.says(/at once/);
    let calls = 0;
    server.beforeAnswer = async () => {
      calls += 1;
      await sleep(30);
    };
    const words = [...benchWords('left', '6'), '--server-wait', '1'];
    const running = startCli(t, words, environment(), place.path);
    await until(() => calls > 5, 'a few calls');
    own.signal('SIGTERM');
    assert.equal(await running.ended, 2, running.stderr);
    assert.match(running.stderr, /no worker has ollama\/llama3\.2:3b any more; the run waits up to 1 s for one/);
    assert.match(running.stderr, /no worker has had ollama\/llama3\.2:3b for 1 s; start one \(--server-wait SECONDS\)/);
    assert.match(running.stderr, /^to continue: greenloop bench /m);
    const other = worker(t);
    await other.says(/at once/);
    const { code, stderr } = await place.runAlone(words, { env: environment() });
    assert.equal(code, 0, stderr);
    assert.deepEqual(resultsOf(place.read('left/summary.json')), here);
  });

  test('Ctrl-C ends a run and a worker while Redis stands still', async (t) => {
    const own = worker(t);
    await own.says(/at once/);
    let calls = 0;
    server.beforeAnswer = async () => {
      calls += 1;
      await sleep(30);
    };
    const running = startCli(t, benchWords('still', '7'), environment(), place.path);
    await until(() => calls > 5, 'a few calls');
    redis.freeze();
    t.after(() => redis.wake());
    running.signal('SIGINT');
    assert.equal(await running.ended, 130, running.stderr);
    // What it has done waits for Redis; whoever cannot wait asks twice.
    own.signal('SIGINT');
    await own.says(/stopping after the \d+ jobs? under way; once more ends at once/);
    own.signal('SIGINT');
    assert.equal(await own.ended, 130);
  });

  test('a search on two workers finds what it finds in one process', async (t) => {
    const body = (number: number, more = 0) => `def add${number}(x):\n    return x + ${number + more}\n`;
    const tasks = Array.from({ length: 12 }, (_, number) => ({
      id: `add/${number}`,
      prompt: `def add${number}(x):\n    """Adds ${number}.\n\n    >>> add${number}(1)\n    ${number + 1}\n    """\n`,
      entry_point: `add${number}`,
      tests: `assert add${number}(1) == ${number + 1}\nassert add${number}(5) == ${number + 5}\n`,
      reference: body(number),
    }));
    place.write('adds.yaml', JSON.stringify(tasks));
    server.answer = ({ messages, options }) => {
      const number = Number(/add(\d+)/.exec(messages.map(({ content }) => content).join('\n'))?.[1]);
      return body(number, options.seed % 3 === 0 ? 1 : 0);
    };
    t.after(() => {
      server.answer = answerBySeed;
    });
    const words = (out: string) => {
      const files = ['--ledger', `${out}.db`, '--out', out];
      const search = ['--models', 'ollama/llama3.2:3b', '--strategy', 'race', '--budget-calls', '80'];
      return ['evolve', '-b', 'adds.yaml', '--skip-preflight', ...search, ...files];
    };
    const here = await place.run(words('search-here'), { env: { OLLAMA_HOST: server.url } });
    assert.equal(here.code, 0, here.stderr);
    for (const one of [worker(t), worker(t)]) await one.says(/at once/);
    const spread = await place.run(words('search-spread'), { env: environment() });
    assert.equal(spread.code, 0, spread.stderr);
    const read = (out: string) =>
      JSON.parse(place.read(`${out}/report.json`), (key, value) => (/seconds|^out$/i.test(key) ? undefined : value));
    assert.deepEqual(read('search-spread'), read('search-here'));
    assert.equal(place.read('search-spread/champion.yaml'), place.read('search-here/champion.yaml'));
  });
});
