import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import {
  exampleTests,
  modelsOf,
  openSandbox,
  parsePipeline,
  Refusal,
  readFreeTask,
  readSettings,
  runPipeline,
  ScriptedModel,
} from '../src/index.ts';

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

test('errors are classes that a program can tell apart', () => {
  assert.throws(() => parsePipeline({ name: 'none' }, 'the test'), Refusal);
});

test('the example runs', async () => {
  const example = join(import.meta.dirname, '..', 'examples', 'solve-in-a-program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [example]);
  assert.match(
    stdout,
    /^# attempt 0: failed\n# attempt 1: passed\n# passed after 2 attempts, \d+ new tokens\ndef second_largest/,
  );
});
