import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();
const server = new OllamaStub();
before(() => server.start());
after(() => server.stop());

const BENCH = ['bench', '-b', 'tasks.yaml'] as const;

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
}

async function json(words: readonly string[]) {
  const { code, stdout, stderr } = await place.run([...words, '--json']);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout);
}

async function listed(ledger: string): Promise<Listed[]> {
  return (await json(['runs', '--ledger', ledger])).runs;
}

/** Runs bench with a server that answers until the request of this number (from 1), at which the signal is sent. */
async function endedAt(number: number, signal: 'SIGINT' | 'SIGKILL', ledger: string, until = async () => true) {
  let child: ChildProcess | undefined;
  let requests = 0;
  server.answer = () => 'def double(x):\n    return 2 * x\n';
  server.beforeAnswer = async () => {
    requests += 1;
    if (requests < number) return;
    while (!(await until())) await setTimeout(5);
    child?.kill(signal);
    await new Promise(() => {});
  };
  const words = [...BENCH, '--model', 'ollama/llama3.2:3b', '--repeats', '2', '--slots', '1', '--ledger', ledger];
  const onStart = (started: ChildProcess) => {
    child = started;
  };
  const ended = await place.runAlone([...words, '--json'], { env: { OLLAMA_HOST: server.url }, onStart });
  server.beforeAnswer = () => undefined;
  return ended;
}

function wholeRun(ledger: string) {
  return endedAt(Number.POSITIVE_INFINITY, 'SIGINT', ledger);
}

describe('runs', { concurrency: 1 }, () => {
  test('a killed run has the trials that had ended, is listed as stopped, and goes on under its id', async () => {
    const killed = await endedAt(4, 'SIGKILL', 'killed.db', async () => {
      const [run] = await listed('killed.db');
      assert.equal(run?.state, 'running');
      return run.trials.ended === 3;
    });
    assert.equal(killed.code, 137);
    const [stopped, ...others] = await listed('killed.db');
    assert.deepEqual(others, []);
    assert.deepEqual([stopped?.state, stopped?.trials.ended, stopped?.trials.planned], ['stopped', 3, 6]);
    const whole = JSON.parse((await wholeRun('killed.db')).stdout);
    assert.equal(whole.run, stopped?.id);
    const [complete, ...more] = await listed('killed.db');
    assert.deepEqual(more, []);
    assert.deepEqual([complete?.id, complete?.state, complete?.trials.ended], [stopped?.id, 'complete', 6]);
  });

  test('a run that Ctrl-C stopped says so; stopped again, its summary has all of its trials', async () => {
    const interrupted = await endedAt(4, 'SIGINT', 'stopped.db', async () => {
      return (await listed('stopped.db'))[0]?.trials.ended === 3;
    });
    assert.equal(interrupted.code, 130);
    assert.match(interrupted.stderr, /stopped; what was measured is kept\. run (\S+), files: /);
    const [run] = await listed('stopped.db');
    assert.equal(run?.state, 'stopped');
    assert.equal(JSON.parse(interrupted.stdout).run, run.id);
    // The first draws are known, so the first request is that of the fourth trial.
    const again = JSON.parse((await endedAt(1, 'SIGINT', 'stopped.db')).stdout);
    assert.deepEqual([again.run, again.complete, again.pipelines[0].trials], [run.id, false, 3]);
    const exported = await json(['export', 'last', '--format', 'json', '--ledger', 'stopped.db']);
    assert.deepEqual(exported.summary, again);
    assert.equal(exported.trials.length, 3);
  });

  test('the newest is first, within 80 columns whatever the names are; --json has them all', async () => {
    const id = 'evil\n\u001b[2J\u202e';
    const task = { id, prompt: 'Write f(x).', entry_point: 'f', tests: 'assert f(1)' };
    const file = `\u202e${'long'.repeat(20)}.jsonl`;
    place.write(file, `${JSON.stringify(task)}\n`);
    place.write('wide.yaml', JSON.stringify({ name: '二倍'.repeat(40), generator: { model: 'scripted/script.yaml' } }));
    const ledger = ['--ledger', 'list.db'];
    await place.run([...BENCH, ...SCRIPTED, ...ledger]);
    await place.run(['bench', '-b', file, '--pipeline', 'wide.yaml', ...ledger]);
    const { code, stdout, stderr } = await place.runAlone(['runs', ...ledger]);
    assert.deepEqual([code, stderr], [0, '']);
    assertNoControls(stdout);
    const lines = stdout.trimEnd().split('\n');
    const columns = (line: string) =>
      [...line].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
    assert.ok(
      lines.every((line) => columns(line) <= 80),
      stdout,
    );
    const [newest, oldest] = (await json(['runs', ...ledger])).runs;
    assert.deepEqual([newest.benchmark.name, newest.benchmark.tasks, oldest.benchmark.name], [file, 1, 'tasks.yaml']);
    assert.deepEqual(oldest.trials, { planned: 3, ended: 3, passed: 1, faults: 0 });
    assert.deepEqual([oldest.models, oldest.repeats, oldest.seed], [['scripted/script.yaml'], 1, 0]);
    assert.deepEqual(
      lines.slice(3).map((line) => line.split(' ')[0]),
      [newest.id, oldest.id],
    );
  });

  test('export writes what bench wrote, EvalPlus results of one pipeline, and all of it in JSON', async () => {
    place.write('one.yaml', 'name: one\ngenerator: {model: scripted/script.yaml}\n');
    place.write('two.yaml', 'name: two\ngenerator: {model: scripted/script.yaml}\n');
    const ledger = ['--ledger', 'export.db'];
    const pair = ['--pipeline', 'one.yaml', '--pipeline', 'two.yaml'];
    const { stdout } = await place.run([...BENCH, ...pair, '--repeats', '2', ...ledger, '--out', 'pair', '--json']);
    const { run } = JSON.parse(stdout);
    const samples = await place.runAlone(['export', run.slice(0, -1), ...ledger]);
    assert.equal(samples.stdout, place.read('pair/samples.jsonl'));
    const file = await place.run(['export', 'last', '--pipeline', 'two', ...ledger, '--out', 'new/two.jsonl']);
    assert.deepEqual([file.stdout, file.stderr], ['', `new/two.jsonl: 6 trials of run ${run}\n`]);
    assert.deepEqual(
      place.rows('new/two.jsonl'),
      place.rows('pair/samples.jsonl').filter(({ pipeline }) => pipeline === 'two'),
    );
    const evalPlus = ['export', 'last', '--format', 'evalplus', ...ledger];
    const several = await place.run(evalPlus);
    assert.match(
      several.stderr,
      /^greenloop: EvalPlus's format holds one pipeline; choose one with --pipeline: "one", /,
    );
    const results = await json([...evalPlus, '--pipeline', 'one']);
    assert.deepEqual(Object.keys(results.eval), ['double', '二倍/twice', 'neg']);
    assert.deepEqual(
      results.eval['二倍/twice'].map(({ base_status }: { base_status: string }) => base_status),
      ['pass', 'pass'],
    );
    const whole = await json(['export', 'last', '--format', 'json', ...ledger]);
    assert.deepEqual(whole.summary, JSON.parse(place.read('pair/summary.json')));
    assert.deepEqual([whole.id, whole.state, whole.trials.length, whole.plan.repeats], [run, 'complete', 12, 2]);
  });

  test('rm forgets runs by any word for them, compact says the bytes', async () => {
    const ledger = ['--ledger', 'rm.db'];
    for (const seed of ['1', '2', '3']) await place.run([...BENCH, ...SCRIPTED, '--seed', seed, ...ledger]);
    const [third, second, first] = await listed('rm.db');
    const removed = await json(['runs', 'rm', 'last', first!.id, third!.id, ...ledger]);
    assert.deepEqual(removed.removed, [third?.id, first?.id]);
    // Both were made for runs that nobody gave a folder.
    assert.deepEqual(
      removed.folders.map((name: string) => [name.startsWith('.greenloop/runs/'), existsSync(join(place.path, name))]),
      [
        [true, false],
        [true, false],
      ],
    );
    assert.deepEqual(
      (await listed('rm.db')).map(({ id }) => id),
      [second?.id],
    );
    const { stderr } = await place.run(['runs', 'compact', ...ledger]);
    assert.match(stderr, /^rm\.db: \d+ bytes before, \d+ after\n$/);
    const { before: bytes, after: fewer } = await json(['runs', 'compact', ...ledger]);
    assert.ok(fewer <= bytes);
    assert.equal((await place.run(['runs', 'rm', 'last', ...ledger])).code, 0);
    const empty = await place.run(['runs', ...ledger]);
    assert.match(empty.stderr, /^there are no runs yet; greenloop bench makes one\n$/);
    assert.deepEqual(await listed('rm.db'), []);
  });

  test('show tells a run task by task, and every attempt on one task', async () => {
    const ledger = ['--ledger', 'show.db'];
    const pair = ['--generator', 'scripted/script.yaml', '--refiner', 'scripted/script.yaml'];
    await place.run([...BENCH, ...pair, '--repeats', '2', ...ledger]);
    const whole = await place.run(['runs', 'show', 'last', ...ledger]);
    assert.match(whole.stdout, /^run \S+, complete, begun \S+\ntasks\.yaml: 3 tasks x 2 repeats, seed 0\n/);
    assert.match(whole.stdout, /^double +2 of 2 *\n二倍\/twice +2 of 2 *\nneg +0 of 2 +AssertionError$/m);
    const first = await place.run(['runs', 'show', 'last', '--limit', '1', ...ledger]);
    assert.match(first.stdout, /^tasks 1 to 1 of 3\n\n--from 2 goes on$/m);
    assert.doesNotMatch(first.stdout, /^neg /m);
    const { stdout, code } = await place.run(['runs', 'show', 'last', 'double', '--repeat', '1', ...ledger]);
    assert.equal(
      stdout.replaceAll(/\d\.\d s/g, '0.0 s'),
      `double, script.yaml -> script.yaml, repeat 1: passed (passed)

draft by scripted/script.yaml (0.0 s): double(2) gave 5, expected 4

    def double(x):
        return x + 3

feedback:
    double(2) gave 5, expected 4

grading tests: double(2) gave 5, expected 4

repair 1 by scripted/script.yaml (0.0 s): All checks passed (1).

      def double(x):
    -     return x + 3
    +     return x * 2

grading tests: passed (this attempt is the answer)
`,
    );
    assert.equal(code, 0);
    const value = await json(['runs', 'show', 'last', 'double', ...ledger]);
    assert.deepEqual([value.total, value.trials.length, value.trials[0].attempts.length], [2, 2, 2]);
    assert.equal((await json(['runs', 'show', 'last', ...ledger])).trials.length, 6);
    const unknown = await place.run(['runs', 'show', 'last', 'doubel', ...ledger]);
    assert.match(unknown.stderr, /^greenloop: the run \S+ has no task "doubel"; did you mean double\?\n$/);
  });

  test('show writes hostile code as escapes', async (context) => {
    const hostile = await new OllamaStub().start();
    context.after(() => hostile.stop());
    hostile.answer = () => 'def double(x):\n    return "\u001b[2J\u202e"\n';
    const words = [...BENCH, '--model', 'ollama/llama3.2:3b', '--limit', '1', '--ledger', 'hostile.db'];
    await place.run(words, { env: { OLLAMA_HOST: hostile.url } });
    const { stdout } = await place.run(['runs', 'show', 'last', 'double', '--ledger', 'hostile.db']);
    assert.match(stdout, /return "\\u\{1b\}\[2J\\u\{202e\}"/);
    assertNoControls(stdout);
  });

  test('a second run of the same plan says that it waits for the first, and asks nothing anew', async (context) => {
    const slow = await new OllamaStub().start();
    context.after(() => slow.stop());
    const { promise: secondWaits, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: firstAsks, resolve: isAsked } = Promise.withResolvers<void>();
    slow.answer = () => 'def double(x):\n    return 2 * x\n';
    slow.beforeAnswer = () => {
      isAsked();
      return secondWaits;
    };
    const words = [...BENCH, '--model', 'ollama/llama3.2:3b', '--ledger', 'both.db', '--json'];
    const env = { OLLAMA_HOST: slow.url };
    const first = place.runAlone(words, { env });
    await firstAsks;
    const second = place.runAlone(words, {
      env,
      onStart: (child) =>
        child.stderr?.on('data', (bytes) => {
          if (String(bytes).includes('waits until it ends')) goOn();
        }),
    });
    const [own, other] = await Promise.all([first, second]);
    assert.deepEqual([own.code, other.code], [0, 0], own.stderr + other.stderr);
    const { run } = JSON.parse(own.stdout);
    assert.match(
      other.stderr,
      new RegExp(
        `^greenloop: process \\d+ on "[^"]+" is running the same experiment as run ${run}; this one waits until it ends`,
      ),
    );
    assert.deepEqual([JSON.parse(other.stdout).run, JSON.parse(other.stdout).reuse.calls], [run, 3]);
    assert.equal(slow.requests.length, 3);
  });

  test('a ledger that another process holds ends no bench, which says so once', async () => {
    await place.run([...BENCH, ...SCRIPTED, '--ledger', 'held.db']);
    const holder = new DatabaseSync(join(place.path, 'held.db'));
    holder.exec('BEGIN IMMEDIATE');
    const { code, stdout, stderr } = await place.run([...BENCH, ...SCRIPTED, '--ledger', 'held.db', '--json']);
    holder.close();
    assert.deepEqual([code, JSON.parse(stdout).run, JSON.parse(stdout).pipelines[0].trials], [0, null, 3]);
    assert.match(stderr, /^greenloop: the ledger held\.db fails \(database is locked\): .*\nfiles: \S+\n$/);
  });

  test('an unknown run, or a ledger that is not there, is refused in one line', async () => {
    await place.run([...BENCH, ...SCRIPTED, '--ledger', 'refused.db']);
    const unknown = '\u001b[2Jnope';
    const commands = [
      ['export', unknown],
      ['runs', 'rm', 'last', unknown],
    ];
    for (const words of commands) {
      const { code, stdout, stderr } = await place.run([...words, '--ledger', 'refused.db']);
      assert.match(
        stderr,
        /^greenloop: there is no run "\\u001b\[2Jnope"; the newest is .* \(greenloop runs lists all\)\n$/,
      );
      assert.deepEqual([code, stdout], [2, '']);
    }
    assert.equal((await listed('refused.db')).length, 1);
    for (const words of [['runs'], ['export', 'last'], ['runs', 'compact']]) {
      const { code, stderr } = await place.run([...words, '--ledger', 'none/none.db']);
      assert.match(stderr, /^greenloop: there is no ledger none\/none\.db; greenloop bench makes one, --ledger .*\n$/);
      assert.equal(code, 2);
    }
    assert.equal(existsSync(join(place.path, 'none')), false);
  });
});
