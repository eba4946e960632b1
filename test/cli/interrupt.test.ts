import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { descendantsOf } from '../sandbox/process-tree.ts';
import { Workplace } from './cli.ts';

const place = new Workplace();
const server = new OllamaStub();
const RIGHT = 'def double(x):\n    return 2 * x\n';
/** Two of bubblewrap's, zygote, judge, and a candidate that runs or waits. */
const PARTS_OF_A_SANDBOX = 5;
const WRONG = 'def double(x):\n    return x\n';
let child: ChildProcess | undefined;

before(() => server.start());
after(() => server.stop());
afterEach(() => {
  server.beforeAnswer = () => undefined;
});

/** Sends Ctrl-C as the request of this number (from 1) arrives, which is never answered, once what was asked before is on disk. */
function interruptAtRequest(number: number, { presses = 1, until = (): boolean => true } = {}): void {
  let requests = 0;
  server.beforeAnswer = async () => {
    requests += 1;
    if (requests < number) return;
    const target = child;
    while (!until()) await setTimeout(5);
    for (let press = 0; press < presses; press += 1) {
      target?.kill('SIGINT');
      await setTimeout(50);
    }
    await new Promise(() => {});
  };
}

function run(words: readonly string[], input = '') {
  const onStart = (started: ChildProcess) => {
    child = started;
  };
  return place.runAlone([...words, '--model', 'ollama/llama3.2:3b'], {
    env: { OLLAMA_HOST: server.url },
    onStart,
    input,
  });
}

test('Ctrl-C ends bench with what was done: samples, traces, and a summary that says so', async () => {
  server.answer = () => RIGHT;
  interruptAtRequest(3, { until: () => place.rows('stopped/samples.jsonl').length === 2 });
  const { code, stdout, stderr } = await run(['bench', '-b', 'tasks.yaml', '--repeats', '2', '--out', 'stopped']);
  assert.equal(code, 130);
  assert.match(stdout, /^stopped: 2 of 6 trials finished; all numbers are for these$/m);
  assert.match(
    stderr,
    /stopped; what was measured is kept\. run \S+, files: stopped\nto continue: greenloop bench .*\n$/,
  );
  const summary = JSON.parse(place.read('stopped/summary.json'));
  assert.equal(summary.complete, false);
  assert.equal(summary.pipelines[0].trials, 2);
  assert.equal(place.rows('stopped/samples.jsonl').length, 2);
  assert.equal(place.rows('stopped/traces.jsonl').length, 2);
});

test('--json prints the unfinished summary alone', async () => {
  interruptAtRequest(1);
  const { code, stdout } = await run(['bench', '-b', 'tasks.yaml', '--json', '--out', 'json']);
  assert.equal(code, 130);
  assert.equal(JSON.parse(stdout).complete, false);
});

test('a second Ctrl-C ends it at once with the same exit code', async () => {
  interruptAtRequest(1, { presses: 2 });
  const { code } = await run(['bench', '-b', 'tasks.yaml', '--out', 'twice']);
  assert.equal(code, 130);
});

test('Ctrl-C ends tune with the command that continues it', async () => {
  interruptAtRequest(2);
  const onStart = (started: ChildProcess) => {
    child = started;
  };
  const words = ['tune', 'ollama/llama3.2:3b', '-b', 'starter-mini'];
  const { code, stderr } = await place.runAlone(words, { env: { OLLAMA_HOST: server.url }, onStart });
  assert.equal(code, 130);
  assert.match(
    stderr,
    /stopped; what was measured is kept\.\nto continue: greenloop tune ollama\/llama3\.2:3b -b starter-mini\n$/,
  );
});

test('Ctrl-C gives out the last attempt of solve', async () => {
  server.answer = () => WRONG;
  interruptAtRequest(2);
  const { code, stdout, stderr } = await run(['solve', 'task.md']);
  assert.equal(stdout, WRONG);
  assert.match(stderr, /stopped; this is the best attempt so far\n$/);
  assert.equal(code, 130);
});

test('Ctrl-C before any attempt leaves standard output empty', async () => {
  interruptAtRequest(1);
  const { code, stdout, stderr } = await run(['solve', 'task.md']);
  assert.equal(stdout, '');
  assert.match(stderr, /stopped\n$/);
  assert.equal(code, 130);
});

test('Ctrl-C ends a check in the sandbox, and a score', async () => {
  place.write('loop.py', 'def double(x):\n    while True: pass\n');
  place.write('loop.jsonl', `${JSON.stringify({ task_id: 'double', solution: place.read('loop.py') })}\n`);
  const commands = [
    ['check', 'loop.py', '--tests', 'tests.py', '--timeout', '60'],
    ['score', 'loop.jsonl', '-b', 'tasks.yaml', '--timeout', '60'],
  ];
  const onStart = async (started: ChildProcess) => {
    const inSandbox = () => descendantsOf(started.pid!).length >= PARTS_OF_A_SANDBOX;
    while (started.exitCode === null && !inSandbox()) await setTimeout(20);
    await setTimeout(100);
    started.kill('SIGINT');
  };
  const runs = await Promise.all(commands.map((words) => place.runAlone(words, { onStart })));
  for (const { code, stdout, stderr } of runs) {
    assert.equal(code, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /stopped(?:: 0 of 1 sample were judged\. results: .*)?\n$/);
  }
});
