import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import {
  analyzeRun,
  dataPlaces,
  exampleTests,
  loadBenchmark,
  modelsOf,
  openLedger,
  openSandbox,
  parsePipeline,
  planRun,
  Refusal,
  readFreeTask,
  readRun,
  readSettings,
  runPipeline,
  ScriptedModel,
  startRun,
} from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-index-'));
after(() => rmSync(folder, { recursive: true }));

test('a program solves a task through the public API', async () => {
  const { prompt } = readFreeTask('Write a function `double(x)` that returns twice x.\n\n>>> double(2)\n4\n');
  const answers = ['def double(x):\n    return x + 1', 'def double(x):\n    return 2 * x'];
  const model = new ScriptedModel('own', ({ draw }) => answers[draw.attempt] ?? '');
  const role = { model: model.name };
  const spec = parsePipeline({ name: 'own', generator: role, stages: [{ refiner: role }] }, 'the test');
  assert.deepEqual(modelsOf(spec), ['scripted/own']);
  const sandbox = await openSandbox(readSettings(), 1);
  try {
    const services = { model: () => model, sandbox, feedbackTests: exampleTests(prompt), timeoutSeconds: 60 };
    const trace = await runPipeline(spec, prompt, { ...services, seed: 1, repeat: 0 });
    assert.equal(trace.stopReason, 'passed');
    assert.deepEqual(
      trace.attempts.map(({ verdict }) => verdict?.kind),
      ['failed', 'passed'],
    );
  } finally {
    await sandbox.close();
  }
});

test('a program measures pipelines, keeps the run, and analyzes what another one kept', async () => {
  const row = {
    id: 'own',
    prompt: 'Write double(x).\n\n>>> double(2)\n4\n',
    entry_point: 'double',
    tests: 'assert double(3) == 6',
  };
  const path = join(folder, 'tasks.jsonl');
  writeFileSync(path, `${JSON.stringify(row)}\n`);
  const settings = readSettings();
  const benchmark = await loadBenchmark(path, dataPlaces(settings));
  const pipelines = ['right', 'wrong'].map((name) =>
    parsePipeline({ name, generator: { model: `scripted/${name}` } }, name),
  );
  const model = (name: string) =>
    new ScriptedModel(name, () => `def double(x):\n    return ${name.endsWith('right') ? 2 : 3} * x`);
  const sandbox = await openSandbox(settings, 1);
  const ledger = await openLedger(join(folder, 'ledger.db'), {});
  try {
    const services = { benchmark, model, sandbox, parallel: 1 };
    const plan = await planRun({ pipelines, repeats: 2, seed: 0, timeoutSeconds: 30 }, services);
    const prompts = benchmark.tasks.map(({ prompt }) => prompt);
    const writer = await ledger.runs.begin({ plan, prompts, keepTrials: false });
    for await (const event of startRun(plan, services)) {
      if (event.kind === 'trial-ended') await writer?.append(event.trial);
    }
    await writer?.finish({ state: 'complete', trials: 4, summary: null });
    const run = await readRun(ledger.runs, 'last');
    assert.equal(run.id, writer?.id);
    const { results } = analyzeRun(run);
    assert.deepEqual(
      results.map(({ pipeline, solved }) => [pipeline, solved.perRepeat]),
      [
        ['right', [1, 1]],
        ['wrong', [0, 0]],
      ],
    );
  } finally {
    ledger.close();
    await sandbox.close();
  }
});

test('errors are classes that a program can tell apart', () => {
  assert.throws(() => parsePipeline({ name: 'none' }, 'the test'), Refusal);
});

/** Runs a program of the examples, and gives back what it says. */
async function runExample(name: string, ...words: string[]): Promise<string> {
  const example = join(import.meta.dirname, '..', 'examples', name);
  return (await promisify(execFile)(process.execPath, [example, ...words], { cwd: folder })).stdout;
}

test('the example that solves runs', async () => {
  assert.match(
    await runExample('solve-in-a-program.ts'),
    /^# attempt 0: failed\n# attempt 1: passed\n# passed after 2 attempts, \d+ new tokens\ndef second_largest/,
  );
});

test('the examples that measure and read a run work on one ledger', async () => {
  const measured = await runExample('measure-in-a-program.ts', 'example.db');
  assert.match(measured, /^\S+tasks\.yaml: 3 tasks x 1 repeat.*\nsolo +0\.0 .*\nself-refine +1\.0 /s);
  const read = await runExample('read-a-run.ts', 'example.db');
  assert.match(read, /^# self-refine own\/most-common-word: passed after 2 attempts$/m);
  assert.match(read, /^def most_common_word\(text\):$.*^Tasks solved \(of \d+\)$/ms);
});
