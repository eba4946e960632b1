import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { findSharedState } from '../../src/tasks/shared-state.ts';
import type { Benchmark } from '../../src/tasks/task.ts';
import { judged } from '../own-tasks.ts';
import { benchmarkFolder, hasBenchmarks, hasPython, referenceJobs, runPython } from './python-driver.ts';

const data = { skip: hasBenchmarks ? false : 'no copies of the public benchmarks beside the checkout' };
const run = { skip: hasBenchmarks && hasPython ? false : 'needs python3 and copies of the public benchmarks' };

const loaded = new Map<string, Promise<Benchmark>>();
function load(name: string): Promise<Benchmark> {
  if (!loaded.has(name))
    loaded.set(name, loadBenchmark(name, { dataFolder: benchmarkFolder, cacheFolder: '/nowhere' }));
  return loaded.get(name)!;
}

function idsWithout(benchmark: Benchmark, has: (task: Benchmark['tasks'][number]) => boolean): string[] {
  return benchmark.tasks.filter((task) => !has(task)).map(({ prompt }) => prompt.id);
}

const WITHOUT_EXAMPLES = [38, 41, 50, 80, 81, 83, 105, 149, 160].map((number) => `HumanEval/${number}`);

for (const [name, count] of [
  ['humaneval', 164],
  ['mbpp', 427],
  ['humaneval+', 164],
  ['mbpp+', 378],
] as const) {
  test(`${name}: ${count} tasks with entry points and references`, data, async () => {
    const benchmark = await load(name);
    assert.equal(benchmark.tasks.length, count);
    assert.equal(new Set(benchmark.tasks.map(({ prompt }) => prompt.id)).size, count);
    const prefix = name.startsWith('humaneval') ? /^HumanEval\/\d+$/ : /^Mbpp\/\d+$/;
    assert.deepEqual(
      idsWithout(benchmark, ({ prompt }) => prefix.test(prompt.id)),
      [],
    );
    assert.deepEqual(
      idsWithout(benchmark, ({ prompt, reference }) => reference!.includes(`def ${prompt.entryPoint}`)),
      [],
    );
  });
}

test('the judge has every test and every example of the benchmarks', data, async () => {
  for (const name of ['humaneval', 'mbpp', 'humaneval+', 'mbpp+'])
    for (const { prompt, grader } of (await load(name)).tasks) {
      const checks = grader.suites().flatMap(({ program }) => ('checks' in program ? program.checks : 'await file'));
      const examples = prompt.examples.map(({ source }) => source).join('\n');
      for (const source of [...checks, examples]) assert.equal(findSharedState(source), null, prompt.id);
    }
});

test('155 HumanEval prompts show examples, every MBPP prompt does', data, async () => {
  for (const name of ['humaneval', 'humaneval+']) {
    assert.deepEqual(
      idsWithout(await load(name), ({ prompt }) => prompt.examples.length > 0),
      WITHOUT_EXAMPLES,
    );
  }
  for (const name of ['mbpp', 'mbpp+']) {
    assert.deepEqual(
      idsWithout(await load(name), ({ prompt }) => prompt.examples.length > 0),
      [],
    );
  }
});

test('hidden tests: none in MBPP, uncountable only where HumanEval loops', data, async () => {
  assert.deepEqual(
    idsWithout(await load('mbpp'), ({ grader }) => grader.hiddenTests === 0),
    [],
  );
  const uncountable = idsWithout(await load('humaneval'), ({ grader }) => grader.hiddenTests !== null);
  assert.deepEqual(
    uncountable,
    [32, 38, 44, 50, 53].map((number) => `HumanEval/${number}`),
  );
  for (const name of ['humaneval+', 'mbpp+']) {
    assert.deepEqual(
      idsWithout(await load(name), ({ grader }) => (grader.hiddenTests ?? 0) > 0),
      [],
    );
  }
});

test('no hidden test of HumanEval reaches a prompt', data, async () => {
  for (const { prompt, grader } of (await load('humaneval')).tasks) {
    const { checks } = judged(grader.suites()[0]?.program);
    assert.ok(!JSON.stringify(prompt).includes(JSON.stringify(checks).slice(1, -1)), prompt.id);
  }
});

test('references fail no example but those that are known to be wrong', run, async () => {
  const wrong: string[] = [];
  for (const name of ['humaneval', 'mbpp']) {
    const jobs = (await load(name)).tasks.flatMap(({ prompt, reference }) =>
      prompt.examples.map(({ source }) => ({ ...prompt, code: reference!, setup: '', checks: source })),
    );
    const answers = runPython(jobs.filter(({ id }) => id !== 'Mbpp/123'));
    wrong.push(
      ...jobs
        .filter(({ id }) => id !== 'Mbpp/123')
        .filter((_, index) => !answers[index]!.passed)
        .map(({ id }) => id),
    );
  }
  assert.deepEqual(wrong, ['HumanEval/47', 'HumanEval/116', 'HumanEval/116', 'HumanEval/148']);
});

/** A part of the EvalPlus suites, without those that take long. */
const SLOW = /^(?:HumanEval\/(?:15|36|59|94|100|130|139|147)|Mbpp\/(?:123|255|271|389|392|583|592|599|603)) /;

test('references pass their suites', run, async () => {
  for (const [name, every] of [
    ['humaneval', 1],
    ['mbpp', 1],
    ['humaneval+', 16],
    ['mbpp+', 24],
  ] as const) {
    const all = referenceJobs((await load(name)).tasks).filter(({ id }) => !SLOW.test(id));
    const jobs = all.filter((_, index) => index % every === 0);
    const answers = runPython(jobs.map(({ job }) => job));
    assert.deepEqual(
      jobs.filter((_, index) => !answers[index]!.passed).map(({ id }) => id),
      [],
      name,
    );
  }
});
