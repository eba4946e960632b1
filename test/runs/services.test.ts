import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { toJsonLines } from '../../src/base/json-lines.ts';
import type { Model } from '../../src/models/model.ts';
import { RecordedModel } from '../../src/models/recorded/recorded-model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { demandOf, recordedTasks, refuseSameNames } from '../../src/runs/services.ts';
import { doubleTask } from '../own-tasks.ts';
import { benchmarkOf, pipelineOf } from './own-experiment.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenloop-'));
after(() => rmSync(folder, { recursive: true }));

/** A recording with so many draws of each task. */
function recordingOf(name: string, draws: Readonly<Record<string, number>>): Model {
  const path = join(folder, `${name}.jsonl`);
  const rows = Object.entries(draws).flatMap(([task_id, count]) => new Array(count).fill({ task_id, completion: 'x' }));
  writeFileSync(path, toJsonLines(rows));
  return new RecordedModel(path);
}

const benchmark = benchmarkOf(['a', 'b', 'c'].map((name) => doubleTask({ id: `Own/${name}` })));

function choose(models: Readonly<Record<string, Model>>, repeats = 1) {
  const pipelines = Object.keys(models).map((name) => pipelineOf(name));
  const model = (name: string) => models[name.replace('scripted/', '')] as Model;
  const demand = demandOf(pipelines, repeats);
  const { tasks, leftOut } = recordedTasks(benchmark, [...demand.drafts.keys()].map(model), demand);
  return { tasks: tasks.map(({ prompt }) => prompt.id), leftOut };
}

describe('recordedTasks', () => {
  it('leaves out the tasks that a recording lacks, by name', () => {
    const p = recordingOf('p', { 'Own/a': 1, 'Own/c': 2, 'Other/x': 1 });
    assert.deepEqual(choose({ p }), { tasks: ['Own/a', 'Own/c'], leftOut: ['Own/b'] });
    const q = recordingOf('q', { 'Own/b': 1, 'Own/c': 1 });
    assert.deepEqual(choose({ p, q }), { tasks: ['Own/c'], leftOut: ['Own/a', 'Own/b'] });
  });

  it('takes all tasks where no model is a recording', () => {
    const p = new ScriptedModel('p', () => '');
    assert.deepEqual(choose({ p }, 100), { tasks: ['Own/a', 'Own/b', 'Own/c'], leftOut: [] });
  });

  it('refuses more repeats than a recording has draws, before anything is run', () => {
    const p = recordingOf('few', { 'Own/a': 3, 'Own/b': 2, 'Own/c': 3 });
    assert.throws(
      () => choose({ p }, 3),
      (error) =>
        error instanceof Refusal &&
        /holds 2 draws of Own\/b, and 3 repeats need as many; run 2 repeats/.test(error.message),
    );
    assert.equal(choose({ p }, 2).tasks.length, 3);
  });

  it('refuses a recording that holds none of the tasks', () => {
    assert.throws(() => choose({ p: recordingOf('none', { 'Other/x': 1 }) }), /holds none of the chosen tasks/);
  });
});

describe('refuseSameNames', () => {
  it('refuses two pipelines of one name', () => {
    refuseSameNames([pipelineOf('p'), pipelineOf('q')]);
    assert.throws(() => refuseSameNames([pipelineOf('p'), pipelineOf('q'), pipelineOf('p')]), /"p".*own name/);
  });
});
