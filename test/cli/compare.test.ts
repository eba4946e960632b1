import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { assertNoControls, Workplace } from './cli.ts';

const place = new Workplace();
const NAMES = Array.from({ length: 12 }, (_, number) => `f${number}`);

/** Answers of which those to some of the tasks are right. */
function script(isRight: (number: number) => boolean): string {
  const rules = NAMES.map((name, number) => ({
    task: name,
    text: `def ${name}(x):\n    return x + ${isRight(number) ? number : -1}\n`,
  }));
  return JSON.stringify(rules);
}

before(async () => {
  const tasks = NAMES.map((name, number) => ({
    id: name,
    prompt: `Write ${name}(x) that adds ${number}.`,
    entry_point: name,
    tests: `assert ${name}(1) == ${1 + number}`,
  }));
  place.write('tasks.jsonl', tasks.map((task) => `${JSON.stringify(task)}\n`).join(''));
  place.write(
    'half.yaml',
    script((number) => number % 2 === 0),
  );
  place.write(
    'most.yaml',
    script((number) => number !== 0),
  );
  for (const name of ['half', 'most']) {
    const words = ['bench', '-b', 'tasks.jsonl', '--skip-preflight', '-m', `scripted/${name}.yaml`, '--out', name];
    assert.equal((await place.run(words)).code, 0);
  }
});

test('two runs are compared exactly as bench compares their pipelines in one run', async () => {
  const models = ['-m', 'scripted/half.yaml', '-m', 'scripted/most.yaml'];
  const together = await place.run(['bench', '-b', 'tasks.jsonl', '--skip-preflight', ...models, '--json']);
  const [expected] = JSON.parse(together.stdout).comparisons;
  const { runs } = JSON.parse((await place.run(['runs', '--json'])).stdout);
  const [, most, half] = runs.map(({ id }: { id: string }) => id);
  for (const words of [
    ['half', 'most'],
    [half, most],
    ['half', most],
  ]) {
    const { code, stdout, stderr } = await place.run(['compare', ...words, '--json']);
    assert.equal(code, 0, stderr);
    const [{ changed, ...comparison }] = JSON.parse(stdout).comparisons;
    assert.deepEqual(comparison, expected);
    assert.deepEqual(
      changed.map(({ taskId, before, after }: { taskId: string; before: number; after: number }) => [
        taskId,
        after - before,
      ]),
      [...['f1', 'f3', 'f5', 'f7', 'f9', 'f11'].map((name) => [name, 1]), ['f0', -1]],
    );
  }
});

test('what changed is shown task by task, and a margin says what is equivalent', async () => {
  const { stdout } = await place.run(['compare', 'half', 'most', '--margin', '5']);
  assert.match(stdout, /^Compared with scripted\/half\.yaml\n/);
  assert.match(stdout, /^scripted\/most\.yaml +\+41\.7 \[/m);
  assert.match(stdout.replaceAll('\n', ' '), /scripted\/most\.yaml: not shown to be equivalent within 5 points/);
  assert.match(stdout, /^Tasks that changed from scripted\/half\.yaml to scripted\/most\.yaml$/m);
  assert.match(stdout, /^f1 +0 +1 +1$/m);
  const same = await place.run(['compare', 'half', 'half', '--margin', '30']);
  assert.match(same.stdout.replaceAll('\n', ' '), /scripted\/half\.yaml \(half #2\): equivalent within 30 points/);
});

test('results of human-eval, EvalPlus, promptfoo and inspect_ai are read and compared on the tasks they share', async () => {
  const passes = (number: number) => number < 6;
  place.write(
    'a.jsonl_results.jsonl',
    NAMES.map((task_id, n) => `${JSON.stringify({ task_id, completion: '', result: '', passed: n < 9 })}\n`).join(''),
  );
  const evalPlus = NAMES.map((name, n) => [
    name,
    [{ task_id: name, base_status: 'pass', plus_status: passes(n) ? 'pass' : 'fail' }],
  ]);
  place.write('b_eval_results.json', JSON.stringify({ date: '', hash: '', eval: Object.fromEntries(evalPlus) }));
  const rows = NAMES.map((description, n) => ({
    ...{ description, success: passes(n), failureReason: passes(n) ? 0 : n === 11 ? 2 : 1, testIdx: n },
    ...{ provider: { id: 'ollama:chat:qwen', label: '' }, prompt: { label: 'p' } },
  }));
  place.write('c.json', JSON.stringify({ evalId: 'x', results: { version: 3, results: rows } }));
  const zip = zipSync({
    'header.json': strToU8(JSON.stringify({ version: 2, eval: { model: 'ollama/evil\u001b[2J', task: 't' } })),
    ...Object.fromEntries(
      NAMES.map((id, n) => [
        `samples/${id}_epoch_1.json`,
        strToU8(JSON.stringify({ id, epoch: 1, scores: { verify: { value: passes(n) ? 'C' : 'I' } } })),
      ]),
    ),
  });
  writeFileSync(join(place.path, 'd.eval'), zip);
  const files = ['a.jsonl_results.jsonl', 'b_eval_results.json', 'c.json', 'd.eval'];
  const { code, stdout, stderr } = await place.run(['compare', ...files, '--json']);
  assert.equal(code, 0, stderr);
  const { comparisons } = JSON.parse(stdout);
  assert.deepEqual(
    comparisons.map(({ pairs, difference }: { pairs: number; difference: { mean: number } }) => [
      pairs,
      Math.round(100 * difference.mean),
    ]),
    [
      [12, -25],
      [11, -27],
      [12, -25],
    ],
  );
  const shown = await place.run(['compare', ...files]);
  assertNoControls(shown.stdout);
  assert.match(shown.stdout, /evil\\u\{1b\}/);
});

test('what is no result is refused in one line', async () => {
  place.write('other.json', '{"a": 1}');
  place.write('broken.eval', 'PK\u0003\u0004 and no more');
  place.write('apart.jsonl', '{"task_id": "other", "passed": true}\n');
  for (const [words, expected] of [
    [['half'], /give two runs or result files to compare/],
    [['half', 'other.json'], /other\.json holds no results that can be compared; expected those of EvalPlus/],
    [['half', 'broken.eval'], /broken\.eval is an incomplete zip file/],
    [['half', 'missing.json'], /missing\.json does not exist/],
    [['half', 'apart.jsonl'], /apart and scripted\/half\.yaml have no task in common/],
    [['half', 'no-such-run'], /there is no run "no-such-run"/],
    [['half', 'most', '--margin', '0'], /expected points above 0/],
  ] as const) {
    const { code, stderr } = await place.run(['compare', ...words]);
    assert.match(stderr, expected);
    assert.equal(code, 2);
  }
});
