import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OllamaStub } from '../models/ollama/ollama-stub.ts';
import { assertNoControls, SCRIPTED, Workplace } from './cli.ts';

const place = new Workplace();
const server = new OllamaStub();
before(() => server.start());
after(() => server.stop());

const TASKS = ['bench', '--benchmark', 'tasks.yaml'] as const;
/** The words of the command that a stopped run names. */
function continuation(stderr: string): string[] {
  return /^to continue: greenloop (.+)$/m.exec(stderr)?.[1]?.split(' ') ?? [];
}

const PAIR = ['--generator', 'scripted/script.yaml', '--refiner', 'scripted/script.yaml'] as const;

// The test of a dying server waits for retries most of its time.
describe('bench', { concurrency: 3 }, () => {
  test('a server that is gone stops the run: what is measured is kept, and the command named continues it', async (context) => {
    const dying = await new OllamaStub().start();
    context.after(() => dying.stop());
    const port = Number(new URL(dying.url).port);
    dying.answer = () => 'def double(x):\n    return 2 * x\n';
    dying.beforeAnswer = () => (dying.requests.length === 2 ? dying.stop() : undefined);
    const words = [
      ...TASKS,
      '--model',
      'ollama/llama3.2:3b',
      '--slots',
      '1',
      '--out',
      'dead',
      '--server-wait',
      '0.5',
      '--ledger',
      'dead.db',
    ];
    const env = { OLLAMA_HOST: dying.url };
    const { code, stderr, stdout } = await place.run(words, { env });
    assert.match(stdout, /^stopped: 2 of 3 trials finished/m);
    assert.match(stdout, /^ +solved .*\npipeline +measured +\(of 3\) .*\n-+.*\n\S+ +2 of 3 /m);
    assert.match(
      stderr,
      /^greenloop: the ollama server does not answer; the run pauses and waits up to 0\.5 s for it$/m,
    );
    assert.match(
      stderr,
      /^greenloop: the ollama server has not answered for 0\.5 s: .*refused the connection.* \(--server-wait SECONDS\)\nstopped; what was measured is kept\. run \S+, files: dead\n/m,
    );
    const again = continuation(stderr);
    assert.deepEqual(again, words);
    assert.equal(code, 2);
    const [pipeline] = JSON.parse(place.read('dead/summary.json')).pipelines;
    assert.deepEqual([pipeline.trials, pipeline.faults], [2, 0]);
    const listed = JSON.parse((await place.run(['runs', '--json', '--ledger', 'dead.db'])).stdout);
    assert.deepEqual(listed.runs[0].trials, { planned: 3, ended: 2, passed: 2, faults: 0 });
    assert.equal(listed.runs[0].state, 'stopped');
    dying.beforeAnswer = () => undefined;
    const asked = dying.requests.length;
    await dying.start(port);
    const whole = await place.run(again, { env });
    assert.equal(whole.code, 0, whole.stderr);
    assert.equal(dying.requests.length, asked + 1);
  });

  test('--request-timeout ends a request that hangs, which is a fault of its trial alone', async (context) => {
    const hanging = await new OllamaStub().start();
    context.after(() => hanging.stop());
    hanging.answer = () => 'def double(x):\n    return 2 * x\n';
    hanging.faults.push(...Array.from({ length: 5 }, () => ({ kind: 'hang' }) as const));
    const words = [...TASKS, '--model', 'ollama/llama3.2:3b', '--slots', '1', '--request-timeout', '0.2'];
    const { stdout } = await place.run([...words, '--ledger', 'hanging.db', '--limit', '2', '--json'], {
      env: { OLLAMA_HOST: hanging.url },
    });
    const { complete, pipelines } = JSON.parse(stdout);
    assert.deepEqual([complete, pipelines[0].trials, pipelines[0].faults], [true, 2, 1]);
    assert.match(Object.keys(pipelines[0].faultMessages)[0]!, /gave no complete answer within 0\.2 s/);
  });

  test('a run waits for a server that comes back', async (context) => {
    const dying = await new OllamaStub().start();
    context.after(() => dying.stop());
    const port = Number(new URL(dying.url).port);
    dying.answer = () => 'def double(x):\n    return 2 * x\n';
    let isGone = false;
    dying.beforeAnswer = async () => {
      if (dying.requests.length !== 1 || isGone) return;
      isGone = true;
      await dying.stop();
    };
    const words = [...TASKS, '--model', 'ollama/llama3.2:3b', '--slots', '1', '--out', 'back', '--ledger', 'back.db'];
    const running = place.runAlone(words, {
      env: { OLLAMA_HOST: dying.url },
      onStart: (child) =>
        child.stderr?.on('data', (bytes) => {
          if (String(bytes).includes('the run pauses')) void dying.start(port);
        }),
    });
    const { code, stderr } = await running;
    assert.match(stderr, /^greenloop: the ollama server answers again after \d+ s; the run continues$/m);
    assert.equal(code, 0, stderr);
  });

  test('a model alone and two repeats: table, files, and numbers that add up', async () => {
    const { code, stdout, stderr } = await place.run([...TASKS, ...SCRIPTED, '--repeats', '2', '--out', 'solo']);
    assert.match(stdout, /^tasks\.yaml: 3 tasks x 2 repeats, \d+\.\d s\n/);
    assert.match(stdout, /^scripted\/script\.yaml +1\.0 ±0\.0 +33\.3 \[1, 96\] +6 +\d+ +\d+\.\d +0$/m);
    assert.match(
      stderr,
      /^preflight: 3\/3 reference solutions pass; examples in the prompts of 2 tasks\nrun \S+, files: solo\n$/,
    );
    assert.equal(code, 0);
    const summary = JSON.parse(place.read('solo/summary.json'));
    const [pipeline] = summary.pipelines;
    assert.deepEqual(pipeline.solved, { perRepeat: [1, 1], mean: 1, sd: 0 });
    assert.deepEqual([pipeline.trials, pipeline.passed, pipeline.faults], [6, 2, 0]);
    assert.equal(summary.complete, true);
    const samples = place.rows('solo/samples.jsonl');
    assert.deepEqual(
      samples.map((row) => row.task_id),
      ['double', '二倍/twice', 'neg', 'double', '二倍/twice', 'neg'],
    );
    assert.equal(samples[0]?.solution, 'def double(x):\n    return x + 3');
    assert.equal(samples[0]?.raw, 'def double(x):\n    return x + 3\n');
    assert.equal(place.rows('solo/traces.jsonl').length, 6);
  });

  test('several pipelines with options over them; --json prints what summary.json holds, alone', async () => {
    const stage = 'stages: [{iterations: 1, refiner: {model: scripted/script.yaml}}]';
    place.write('one.yaml', `name: one\ngenerator: {model: scripted/script.yaml}\n${stage}\n`);
    place.write('two.yaml', 'name: two\ngenerator: {model: scripted/script.yaml}\n');
    const words = [...TASKS, '--pipeline', 'one.yaml', '--pipeline', 'two.yaml', '--seed', '7', '--out', 'pair'];
    const over = ['--feedback', 'tests,traceback', '--repair', 'context,imports', '--parallel', '1', '--slots', '2'];
    const { code, stdout, stderr } = await place.run([...words, ...over, '--json']);
    const summary = JSON.parse(stdout);
    assert.deepEqual(summary, JSON.parse(place.read('pair/summary.json')));
    assert.equal(summary.seed, 7);
    assert.deepEqual(
      summary.pipelines.map(({ name, passed }: { name: string; passed: number }) => [name, passed]),
      [
        ['one', 2],
        ['two', 1],
      ],
    );
    for (const { spec } of summary.pipelines) {
      assert.deepEqual(spec.feedback, { source: 'tests', detail: 'traceback' });
      assert.deepEqual(spec.repair, ['context', 'imports']);
    }
    assert.equal(stderr, `run ${summary.run}, files: pair\n`);
    assert.equal(code, 0);
  });

  test('an ad-hoc pipeline is named after its models', async () => {
    const analyzed = [
      ...TASKS,
      ...PAIR,
      '--analyzer',
      'scripted/script.yaml',
      '--iterations',
      '4',
      '--json',
      '--out',
      'adhoc',
    ];
    const { code, stdout } = await place.run(analyzed);
    const [pipeline] = JSON.parse(stdout).pipelines;
    assert.equal(pipeline.name, 'script.yaml -> script.yaml -> script.yaml x4');
    assert.equal(pipeline.spec.stages[0].iterations, 4);
    assert.equal(code, 0);
  });

  test('--tasks and --limit choose; the default folder is named and holds the run', async () => {
    const { stdout, stderr, code } = await place.run([
      ...TASKS,
      ...PAIR,
      '--tasks',
      '*e*',
      '--limit',
      '2',
      '--skip-preflight',
    ]);
    assert.match(stdout, /^tasks\.yaml: 2 tasks x 1 repeat/);
    assert.match(stdout, /^script\.yam…cript\.yaml +2\.0 +100\.0 \[1, 100\] +3/m);
    assert.match(stderr, /^preflight skipped: the tests of this run were not checked\n/);
    const folder = /files: (\.greenloop\/runs\/\S+)\n/.exec(stderr)?.[1] ?? '';
    assert.deepEqual(readdirSync(join(place.path, folder)).toSorted(), [
      'plan.json',
      'samples.jsonl',
      'summary.json',
      'traces.jsonl',
    ]);
    assert.equal(JSON.parse(place.read(join(folder, 'summary.json'))).preflight.skipped, true);
    assert.equal(code, 0);
  });

  test('a benchmark whose references fail is refused, each named with its reason; the run leaves no folder', async () => {
    const task = { id: 'wrong', prompt: 'Write f(x).', entry_point: 'f', tests: 'assert f(1) == 1' };
    place.write('wrong.jsonl', `${JSON.stringify({ ...task, reference: 'def f(x):\n    return 2\n' })}\n`);
    const words = ['bench', '-b', 'wrong.jsonl', '--out', 'refused'];
    const { code, stdout, stderr } = await place.run([...words, ...SCRIPTED]);
    assert.match(
      stderr,
      /^greenloop: 1 of 1 reference solutions fail here.*wrong \(its reference fails \(base tests: .*f\(1\) gave 2, expected 1.*judge without the preflight/s,
    );
    assert.equal(stdout, '');
    assert.equal(code, 2);
    assert.equal(existsSync(join(place.path, 'refused')), false);
    const alone = await place.run(['bench', '-b', 'wrong.jsonl', '--preflight-only']);
    assert.equal(alone.code, 2);
  });

  test('--preflight-only needs no model and prints what it found', async () => {
    const { code, stdout, stderr } = await place.run([...TASKS, '--preflight-only']);
    assert.equal(stdout, 'preflight: 3/3 reference solutions pass; examples in the prompts of 2 tasks\n');
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const json = await place.run([...TASKS, '--preflight-only', '--json']);
    assert.equal(JSON.parse(json.stdout).preflight.passed, 3);
  });

  test('a run is not written over another one', async () => {
    mkdirSync(join(place.path, 'taken'));
    place.write('taken/samples.jsonl', '{"task_id":"precious"}\n');
    const { code, stderr } = await place.run([...TASKS, ...SCRIPTED, '--out', 'taken']);
    assert.match(stderr, /^greenloop: taken holds the files of another run; choose another folder/);
    assert.equal(place.read('taken/samples.jsonl'), '{"task_id":"precious"}\n');
    assert.equal(code, 2);
  });

  test('the same command goes on in the same folder; another one, or --fresh, does not', async () => {
    const words = [...TASKS, ...SCRIPTED, '--out', 'again'];
    assert.equal((await place.run(words)).code, 0);
    const samples = place.read('again/samples.jsonl');
    const second = await place.run(words);
    assert.deepEqual([second.code, place.read('again/samples.jsonl')], [0, samples]);
    const other = await place.run([...words, '--repeats', '2']);
    assert.match(other.stderr, /greenloop: again holds the files of another run; choose another folder/);
    const fresh = await place.run([...words, '--fresh']);
    assert.match(
      fresh.stderr,
      /^greenloop: again holds the files of a run that a fresh run would replace; .* \(--out FOLDER\)$/m,
    );
    assert.deepEqual([other.code, fresh.code, place.read('again/samples.jsonl')], [2, 2, samples]);
  });

  test('tasks without a check are left out, named and counted; a run of faults says that first', async () => {
    const silent = { id: 'silent', prompt: 'Write double(n).', entry_point: 'double', tests: 'print(double(2))\n' };
    const loud = { ...silent, id: 'loud', tests: 'assert double(2) == 4\n' };
    place.write('silent.json', JSON.stringify([silent, loud]));
    for (const more of [[], ['--skip-preflight']]) {
      const { code, stdout } = await place.run(['bench', '--benchmark', 'silent.json', ...SCRIPTED, ...more]);
      assert.match(stdout, /^silent\.json: 1 task x 1 repeat/);
      assert.match(stdout, /^left out, its tests check nothing: 1 task \(silent\)$/m);
      assert.equal(code, 0);
    }
    const broken = await new OllamaStub().start();
    broken.answer = () => ({ message: 5 });
    const { code, stdout } = await place.run([...TASKS, '--model', 'ollama/llama3.2:3b', '--fresh'], {
      env: { OLLAMA_HOST: broken.url },
    });
    await broken.stop();
    assert.match(stdout, /^ollama\/llama3\.2:3b: 3 of 3 trials faulted, so it has no rates\n/);
    assert.match(stdout, /^ollama\/llama3\.2:3b +0 of 3 +0\.0 +- +0 /m);
    assert.equal(code, 2);
  });

  test('tasks that a recording lacks are left out by name; too few draws are refused', async () => {
    const row = (raw: string) => `${JSON.stringify({ task_id: 'double', raw })}\n`;
    place.write('recorded.jsonl', row('def double(x):\n    return 2 * x\n') + row('def double(x):\n    return 3\n'));
    const words = [...TASKS, '--model', 'recorded/recorded.jsonl', '--repeats'];
    const { stdout, stderr, code } = await place.run([...words, '2']);
    assert.match(stderr, /left out, not in the recording: 2 tasks \(二倍\/twice, neg\)/);
    assert.match(stdout, /1 task x 2 repeats/);
    assert.match(stdout, /recorded\/recorded\.jsonl +0\.5 ±0\.7 +50\.0/);
    assert.equal(code, 0);
    const few = await place.run([...words, '3']);
    assert.match(few.stderr, /holds 2 draws of double, and 3 repeats need as many/);
    assert.equal(few.code, 2);
  });

  test('faults of a server are counted apart and give exit code 2', async () => {
    const code = '```python\ndef double(x):\n    return 2 * x\n```';
    server.answer = () => code;
    const fault = { kind: 'status', status: 400, body: '{"error":"\\u001b[2Jout of tea\\u202e"}' } as const;
    server.faults.push(fault, fault);
    const words = [...TASKS, '--model', 'ollama/llama3.2:3b', '--fresh', '--out', 'faults'];
    const run = await place.run(words, { env: { OLLAMA_HOST: server.url } });
    assert.match(run.stdout, /2 faults: .*answered with\sstatus 400 and said "\\u\{1b\}\[2Jout of tea\\u\{202e\}"/);
    assertNoControls(run.stdout);
    assert.equal(run.code, 2);
    const [pipeline] = JSON.parse(place.read('faults/summary.json')).pipelines;
    const notPassed = place.rows('faults/traces.jsonl').filter(({ outcome }) => outcome === 'not-passed').length;
    assert.equal(pipeline.trials, 3);
    assert.equal(pipeline.faults, 2);
    assert.equal(pipeline.trials, pipeline.passed + notPassed + pipeline.faults);
  });

  test('a server that is down, and a model that is missing, are refused before anything runs', async () => {
    const words = [...TASKS, '--model', 'ollama/nope', '--out', 'never'];
    const down = await place.run(words);
    assert.match(down.stderr, /^greenloop: .*refused the connection; start it with "ollama serve", or set OLLAMA_HOST/);
    assert.equal(down.code, 2);
    const missing = await place.run(words, { env: { OLLAMA_HOST: server.url } });
    assert.match(missing.stderr, /does not have ollama\/nope; it has ollama\/llama3\.2:3b, .*"ollama pull nope"/);
    assert.equal(missing.code, 2);
    assert.equal(existsSync(join(place.path, 'never')), false);
  });

  test('tables stay within 80 columns with a long name and with wide characters', async () => {
    const name = `${'二倍'.repeat(20)}-${'long'.repeat(10)}`;
    place.write('wide.yaml', JSON.stringify({ name, generator: { model: 'scripted/script.yaml' } }));
    place.write('thin.yaml', 'name: thin\ngenerator: {model: scripted/script.yaml}\n');
    const { stdout } = await place.run([
      ...TASKS,
      '--pipeline',
      'wide.yaml',
      '--pipeline',
      'thin.yaml',
      '--out',
      'wide',
    ]);
    const table = stdout.split('\n').slice(2, 6);
    const columns = (line: string) =>
      [...line].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
    assert.deepEqual(new Set(table.map(columns)), new Set([80]));
    assert.match(table[2] ?? '', /^二倍.*….*long +1\.0/);
    const [, comparison = ''] = stdout.split('\n\nCompared with');
    assert.match(
      comparison,
      /\npipeline +points \[95 %\] +p \(Holm\) +verdict\n.*\nthin +\+0\.0 \[-86\.\d, \+86\.\d\] +1\.000 +no difference shown\n/,
    );
    assert.ok(
      comparison
        .split('\n\n')[0]!
        .split('\n')
        .every((line) => line.length <= 80),
    );
  });

  test('a pipeline against itself, with the interval of the draws alone', async () => {
    place.write('thin.yaml', 'name: thin\ngenerator: {model: scripted/script.yaml}\n');
    const words = [...TASKS, '--pipeline', 'thin.yaml', '--a-a'];
    const { stdout, code } = await place.run([...words, '--repeats', '2', '--interval', 'draws', '--out', 'itself']);
    assert.equal(code, 0);
    assert.match(stdout, /^tasks\.yaml: 3 tasks x 4 repeats/);
    assert.match(
      stdout,
      /\nCompared with thin\npipeline +points \[95 %, draws\] .*\n.*\nthin again +\+0\.0 \[-\d+\.\d, \+\d+\.\d\] +1\.000 +no difference shown\n/,
    );
    const [comparison] = JSON.parse(place.read('itself/summary.json')).comparisons;
    assert.deepEqual([comparison.pairs, comparison.leftOut, comparison.effect], [6, 0, null]);
    const single = await place.run([...TASKS, '--pipeline', 'thin.yaml', '--interval', 'draws']);
    assert.match(
      single.stderr,
      /^greenloop: --interval draws needs at least two draws of every task; add --repeats 5\n/,
    );
    assert.equal(single.code, 2);
  });

  test('--plan says what a run will take, by its last run where there is one, and asks nothing', async () => {
    const words = [...TASKS, ...PAIR, '--repeats', '2', '--ledger', 'plan.db'];
    const unknown = await place.run([...words, '--plan']);
    assert.equal(unknown.code, 0);
    assert.match(unknown.stdout, /^tasks\.yaml: 3 tasks x 2 repeats, 1 slot\n/);
    assert.match(unknown.stdout, /\n\S+.* +6 +6-24 +- +- +-\n/);
    assert.equal(existsSync(join(place.path, 'plan.db')), false);
    const both = await place.run([...words, '--plan', '--preflight-only']);
    assert.match(both.stderr, /^greenloop: --plan runs nothing, .*leave out --preflight-only\n$/);
    const { run, pipelines } = JSON.parse((await place.run([...words, '--json', '--out', 'planned'])).stdout);
    const { stdout } = await place.run([
      ...TASKS,
      ...PAIR,
      '--repeats',
      '4',
      '--ledger',
      'plan.db',
      '--plan',
      '--json',
    ]);
    const [known] = JSON.parse(stdout).pipelines;
    assert.deepEqual([known.run, known.trials], [run, 12]);
    assert.deepEqual(known.calls, { least: 2 * pipelines[0].calls, most: 2 * pipelines[0].calls });
    assert.equal(known.tokens, 2 * (pipelines[0].tokens.prompt + pipelines[0].tokens.completion));
  });
});
