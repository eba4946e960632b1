import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Summary } from '../../src/analysis/summary.ts';
import { readJsonLines } from '../../src/base/json-lines.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, pipelineOf, planOf, trialsOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
const root = mkdtempSync(join(tmpdir(), 'greenloop-'));
after(async () => {
  rmSync(root, { recursive: true });
  await sandbox.close();
});

const tasks = ['a', 'b'].map((name) => doubleTask({ id: `Own/${name}` }));

const pipelines = [pipelineOf('p', { stages: [] })];
const benchmark = benchmarkOf(tasks);
const plan = await planOf(experimentOf(sandbox, () => '', { benchmark, pipelines }));

async function twoTrials(): Promise<[Trial, Trial]> {
  const answer = ({ draw }: CompletionRequest) =>
    `Here:\n${fenced(draw.taskId === 'Own/a' ? DOUBLE.right : 'def twice(n):\n    return n\n')}`;
  const trials = await trialsOf(experimentOf(sandbox, answer, { benchmark, pipelines }));
  return trials.toSorted((x, y) => x.trace.taskId.localeCompare(y.trace.taskId)) as [Trial, Trial];
}

type Row = Readonly<Record<string, unknown>>;

function read(folder: RunFolder, name: string): Row[] {
  return readJsonLines(join(folder.path, name)) as Row[];
}

describe('RunFolder', () => {
  it('has every trial on disk as soon as it ended, and all in order with the summary at the end', async () => {
    const [a, b] = await twoTrials();
    const folder = new RunFolder(join(root, 'deep', 'run'), plan);
    assert.deepEqual([read(folder, 'samples.jsonl'), read(folder, 'traces.jsonl')], [[], []]);
    folder.add(b);
    assert.deepEqual(
      read(folder, 'samples.jsonl').map((row) => row.task_id),
      ['Own/b'],
    );
    folder.add(a);
    assert.deepEqual(
      read(folder, 'traces.jsonl').map((row) => row.taskId),
      ['Own/b', 'Own/a'],
    );
    assert.ok(!existsSync(join(folder.path, 'summary.json')));
    const summary = { seed: 1 } as Summary;
    folder.finish(summary);
    for (const name of ['samples.jsonl', 'traces.jsonl']) {
      assert.deepEqual(
        read(folder, name).map((row) => row.task_id ?? row.taskId),
        ['Own/a', 'Own/b'],
      );
    }
    assert.deepEqual(JSON.parse(readFileSync(join(folder.path, 'summary.json'), 'utf8')), summary);
  });

  it('has samples that other harnesses can score, and traces with the grades', async () => {
    const [a, b] = await twoTrials();
    const folder = new RunFolder(join(root, 'rows'), plan);
    folder.add(b);
    folder.add(a);
    folder.finish({} as Summary);
    const [, sample] = read(folder, 'samples.jsonl');
    assert.equal(sample?.raw, `Here:\n${fenced('def twice(n):\n    return n\n')}`);
    assert.match(String(sample?.solution), /def twice\(n\):[\s\S]*^double = twice$/m);
    assert.deepEqual([sample?.pipeline, sample?.repeat], ['p', 0]);
    const [trace, failed] = read(folder, 'traces.jsonl');
    assert.deepEqual([trace?.outcome, failed?.outcome], ['passed', 'not-passed']);
    for (const field of ['attempts', 'grades', 'repairEffects']) {
      assert.ok(Array.isArray(failed?.[field]) && failed[field].length === 1, field);
    }
  });

  it('never shows the summary of an earlier run beside the trials of a new one', () => {
    const path = join(root, 'again');
    new RunFolder(path, plan).finish({ seed: 1 } as Summary);
    assert.ok(existsSync(join(path, 'summary.json')));
    new RunFolder(path, plan);
    assert.ok(!existsSync(join(path, 'summary.json')));
  });

  it('refuses a place where it cannot write', () => {
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => new RunFolder(join(root, 'file', 'run'), plan), /cannot write to .*; choose another folder$/);
  });
});
