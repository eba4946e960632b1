import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatorMessages } from '../../src/pipeline/prompts.ts';
import { preflight } from '../../src/runs/preflight.ts';
import { readTaskFile } from '../../src/tasks/benchmarks/own-file/task-file.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';

const PYTHON = '/usr/bin/python3';
const starter = join(import.meta.dirname, '../../starter');
const train = join(starter, 'train');
const noPython = existsSync(PYTHON) ? false : `${PYTHON} is not there`;

/** The summary that unittest prints, so that what it skips is told. */
function runPython(words: readonly string[]): string {
  const run = spawnSync(PYTHON, ['-B', ...words], { cwd: train, encoding: 'utf8', env: { OMP_NUM_THREADS: '1' } });
  assert.equal(run.status, 0, run.stderr);
  return run.stderr;
}

test('the Python of the starter passes its own tests', { skip: noPython }, (context) => {
  const summary = runPython(['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.']);
  const skipped = /skipped=(\d+)/.exec(summary)?.[1];
  if (skipped !== undefined)
    context.diagnostic(`${skipped} tests of the starter's models skipped: PyTorch is not installed`);
});

test('every reference of the starter benchmark passes, and every prompt shows its examples', async () => {
  const { tasks, sha256 } = readTaskFile(join(starter, 'tasks.jsonl'));
  const mini = readTaskFile(join(starter, 'tasks-mini.jsonl')).tasks;
  assert.equal(tasks.length, 300);
  assert.deepEqual(
    mini.map(({ prompt }) => prompt),
    tasks.slice(0, 40).map(({ prompt }) => prompt),
  );
  const sandbox = await openSandbox(readSettings(), 2);
  try {
    const benchmark = { name: 'starter', sha256, tasks };
    const result = await preflight(benchmark, { sandbox, timeoutSeconds: 60, parallel: 2 });
    assert.deepEqual(
      [result.passed, result.leftOut, result.wrongExamples, result.tasksWithExamples],
      [300, [], [], 300],
    );
  } finally {
    await sandbox.close();
  }
  assert.ok(tasks.every(({ grader, prompt }) => grader.hiddenTests === 6 && [2, 3].includes(prompt.examples.length)));
});

test('feedback.ts gives the very prompts of the pipeline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenloop-starter-'));
  try {
    const [first] = readFileSync(join(starter, 'tasks-mini.jsonl'), 'utf8').split('\n');
    const row = JSON.parse(first ?? '') as Record<string, string>;
    const code = `def ${row.entry_point}(*_):\n    return unknown\n`;
    const rows = [row, { ...row, code }, { ...row, code: row.reference }].map((item) => JSON.stringify(item));
    writeFileSync(join(folder, 'rows.jsonl'), `${rows.join('\n')}\n`);
    const words = [join(train, 'feedback.ts'), join(folder, 'rows.jsonl'), join(folder, 'texts.jsonl')];
    const run = spawnSync(process.execPath, words, { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const texts = readFileSync(join(folder, 'texts.jsonl'), 'utf8').trim().split('\n');
    const [draft, broken, right] = texts.map((line) => JSON.parse(line) as Record<string, unknown>);
    const prompt = readTaskFile(join(starter, 'tasks-mini.jsonl')).tasks[0]!.prompt;
    assert.equal(draft?.generator, generatorMessages(prompt, 'default')[1]?.content);
    assert.deepEqual([broken?.kind, broken?.error, broken?.solved], ['raised', 'NameError', false]);
    assert.match(String(broken?.values), /raised NameError: name 'unknown' is not defined\n {2}at line 2/);
    assert.match(
      String(broken?.traceback),
      /Traceback[\s\S]*NameError: name 'unknown' is not defined\n\nFailed tests:/,
    );
    assert.match(String(broken?.unrun), /return unknown\n```\n\nIt has not been run/);
    assert.match(String(broken?.codeless), /```\n\nWhat a run of it showed:\n\n[\s\S]*NameError/);
    assert.doesNotMatch(String(broken?.codeless), /attempt so far|def \w+\(\*_\)/);
    assert.deepEqual([right?.kind, right?.error, right?.solved], ['passed', null, true]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
