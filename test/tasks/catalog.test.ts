import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BENCHMARK_NAMES, benchmarkFiles, loadBenchmark } from '../../src/tasks/catalog.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-catalog-'));
after(() => rmSync(folder, { recursive: true }));
const places = { dataFolder: join(folder, 'none'), cacheFolder: join(folder, 'cache') };

test('the benchmarks and their files', () => {
  assert.deepEqual(BENCHMARK_NAMES, ['humaneval', 'mbpp', 'humaneval+', 'mbpp+', 'starter', 'starter-mini']);
  for (const file of benchmarkFiles()) {
    assert.match(file.sha256, /^[0-9a-f]{64}$/);
    assert.match(file.url, /^https:\/\//);
  }
});

test('a name that is neither a benchmark nor a file is refused with what there is', async () => {
  await assert.rejects(loadBenchmark('humanevl', places), {
    name: 'Refusal',
    message:
      /"humanevl" is neither a benchmark nor a file \(did you mean humaneval\?\); expected humaneval, mbpp, humaneval\+, mbpp\+/,
  });
  for (const name of ['constructor', '', 'x'.repeat(10_000), '__proto__']) {
    await assert.rejects(loadBenchmark(name, places), /is neither a benchmark nor a file; expected/);
  }
});

test('a named benchmark that is not in the data folder is refused by the path expected', async () => {
  await assert.rejects(loadBenchmark('mbpp', places), (error: Error) =>
    error.message.includes(join(places.dataFolder, 'mbpp/sanitized-mbpp.json')),
  );
});

test('the benchmarks that ship with greenloop need no data folder, and the small one is the beginning of the other', async () => {
  const whole = await loadBenchmark('starter', places);
  const mini = await loadBenchmark('starter-mini', places);
  assert.deepEqual(
    [whole.name, whole.tasks.length, mini.name, mini.tasks.length],
    ['starter', 300, 'starter-mini', 40],
  );
  const prompts = (tasks: typeof mini.tasks) => tasks.map(({ prompt }) => prompt);
  assert.deepEqual(prompts(mini.tasks), prompts(whole.tasks.slice(0, 40)));
  assert.notEqual(mini.sha256, whole.sha256);
});

test("a task file of one's own is a benchmark under its path; its hash follows its content", async () => {
  const path = join(folder, 'own.jsonl');
  const row = { prompt: 'Write `one()`.', entry_point: 'one', tests: 'assert one() == 1' };
  writeFileSync(path, JSON.stringify(row));
  const before = await loadBenchmark(path, places);
  assert.equal(before.name, path);
  assert.equal(before.tasks.length, 1);
  assert.equal((await loadBenchmark(path, places)).sha256, before.sha256);
  writeFileSync(path, JSON.stringify({ ...row, tests: 'assert one() == 2' }));
  assert.notEqual((await loadBenchmark(path, places)).sha256, before.sha256);
});
