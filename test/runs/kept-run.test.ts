import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import type { Summary } from '../../src/analysis/summary.ts';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest, Model } from '../../src/models/model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import type { Experiment } from '../../src/runs/experiment.ts';
import { KeptRun } from '../../src/runs/kept-run.ts';
import { findRuns, listRuns, readRun } from '../../src/runs/read-run.ts';
import { runTrials } from '../../src/runs/run-trials.ts';
import { outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, pipelineOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
const folder = mkdtempSync(join(tmpdir(), 'greenloop-kept-run-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await sandbox.close();
});

/** One answer for each kind of verdict; and there is one fault. */
const ANSWERS: Readonly<Record<string, string>> = {
  passed: fenced(DOUBLE.right),
  failed: fenced(DOUBLE.square),
  raised: fenced(DOUBLE.raising),
  'syntax-error': fenced('def double(n)\n'),
  'no-code': '',
  'timed-out': fenced('import time\ndef double(n):\n    time.sleep(600)\n'),
  'out-of-memory': fenced('def double(n):\n    return len([0] * 10**11)\n'),
  crashed: fenced('import os\ndef double(n):\n    os._exit(3)\n'),
};
const KINDS = [...Object.keys(ANSWERS), 'fault'];

class KnownModel extends ScriptedModel {
  async identity(): Promise<string> {
    return 'weights';
  }
}

function answer({ draw }: CompletionRequest) {
  const kind = draw.taskId.slice('Own/'.length);
  if (kind === 'fault') throw new ModelFault('unreachable', 'gone \u001b[2J');
  // Once is enough to wait.
  const told = kind === 'timed-out' && draw.repeat > 0 ? 'failed' : kind;
  return { text: ANSWERS[told] ?? '', usage: { promptTokens: 3, completionTokens: 4 } };
}

function experiment(changes: Partial<Experiment> = {}, model: Model = new KnownModel('m', answer)): Experiment {
  return experimentOf(sandbox, answer, {
    benchmark: benchmarkOf(KINDS.map((kind) => doubleTask({ id: `Own/${kind}`, plusTests: 'assert double(9) == 18' }))),
    pipelines: [pipelineOf('b', { stages: [] }), pipelineOf('a', { repair: 'none' })],
    repeats: 2,
    timeoutSeconds: 4,
    model: () => model,
    ...changes,
  });
}

const DOUBLES = benchmarkOf([doubleTask({ id: 'Own/passed' })]);

function small(changes: Partial<Experiment> = {}, model?: Model): Experiment {
  return experiment({ benchmark: DOUBLES, pipelines: [pipelineOf('p')], repeats: 1, ...changes }, model);
}

async function runKept(store: SqliteLedger['runs'], whole: Experiment, isFresh = false) {
  const run = await KeptRun.begin(store, whole, { isFresh });
  assert.ok(run);
  const trials: Trial[] = [];
  await runTrials(whole, (trial) => {
    run.add(trial);
    trials.push(trial);
  });
  return { run, trials };
}

const SUMMARY = { pipelines: [], complete: true, seed: 1 } as unknown as Summary;

describe('a kept run', () => {
  it('is read by another process as it was, whatever its trials showed, in the order of the plan', async () => {
    const path = join(folder, 'kinds.db');
    const { run, trials } = await runKept(new SqliteLedger(path).runs, experiment());
    run.finish(SUMMARY, { complete: true, trials: trials.length });
    const { runs } = new SqliteLedger(path);
    const read = readRun(runs, run.id);
    const key = ({ pipeline, trace }: Trial) => `${trace.repeat} ${pipeline} ${trace.taskId}`;
    const written = new Map(trials.map((trial) => [key(trial), trial]));
    const planned = [0, 1].flatMap((repeat) =>
      ['b', 'a'].flatMap((name) => KINDS.map((kind) => `${repeat} ${name} Own/${kind}`)),
    );
    assert.deepEqual(read.trials.map(key), planned);
    assert.deepEqual(
      read.trials,
      planned.map((name) => written.get(name)),
    );
    const shown = read.trials.flatMap(({ trace }) => trace.attempts.map(({ verdict }) => verdict?.kind));
    assert.deepEqual(new Set(shown), new Set(Object.keys(ANSWERS)));
    assert.deepEqual([read.summary, read.state, read.specs], [SUMMARY, 'complete', experiment().pipelines]);
    const [listed] = listRuns(runs);
    const passed = trials.filter((trial) => outcomeOf(trial) === 'passed').length;
    assert.deepEqual(listed?.outcomes, { passed, fault: 4, 'not-passed': trials.length - passed - 4 });
  });

  it('goes on for the same plan alone', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const idOf = async (changes: Partial<Experiment>) =>
      (await KeptRun.begin(runs, small(changes), { isFresh: false }))?.id;
    const id = await idOf({});
    const renamed = await idOf({ benchmark: { ...DOUBLES, name: './own' }, parallel: 7 });
    assert.equal(renamed, id);
    const others: Partial<Experiment>[] = [
      { repeats: 2 },
      { seed: 2 },
      { timeoutSeconds: 3 },
      { pipelines: [pipelineOf('q')] },
      { benchmark: { ...DOUBLES, sha256: '1' } },
      { benchmark: benchmarkOf([doubleTask({ id: 'Own/failed' })]) },
      { benchmark: benchmarkOf([doubleTask({ id: 'Own/passed', tests: 'assert double(1) == 2' })]) },
      { model: () => new ScriptedModel('m', answer) },
    ];
    const ids = await Promise.all(others.map(idOf));
    assert.equal(new Set([id, ...ids]).size, others.length + 1);
    assert.equal(await idOf({}), id);
  });

  it('has its earlier trials when it goes on, unless it is fresh or its model cannot say who it is', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const { trials } = await runKept(runs, small());
    const again = async (whole: Experiment, isFresh: boolean) => [
      ...(await KeptRun.begin(runs, whole, { isFresh }))!.trials(),
    ];
    assert.deepEqual(await again(small(), false), trials);
    assert.deepEqual(await again(small(), true), []);
    const unknown = small({}, new ScriptedModel('m', answer));
    await runKept(runs, unknown);
    assert.deepEqual(await again(unknown, false), []);
  });

  it('tells pipelines apart that differ in their names alone', async () => {
    const { runs } = new SqliteLedger(':memory:');
    const spec = pipelineOf('one', { stages: [] });
    const { run } = await runKept(runs, small({ pipelines: [spec, { ...spec, name: 'two' }] }));
    assert.deepEqual(
      readRun(runs, run.id).trials.map(({ pipeline }) => pipeline),
      ['one', 'two'],
    );
  });

  it('with a damaged trial is refused to a reader, and goes on without it', async () => {
    const path = join(folder, 'damaged.db');
    const { runs } = new SqliteLedger(path);
    const { run } = await runKept(runs, small());
    const raw = new DatabaseSync(path);
    raw.exec(`UPDATE trials SET trial = replace(trial, '"passed"', '"splendid"')`);
    assert.throws(() => readRun(runs, run.id), {
      name: 'Refusal',
      message: /was kept by another version of greenloop/,
    });
    assert.deepEqual([...(await KeptRun.begin(runs, small(), { isFresh: false }))!.trials()], []);
    raw.exec("UPDATE runs SET plan = '{}'");
    raw.close();
    assert.equal(listRuns(runs)[0]?.plan, null);
    assert.throws(() => readRun(runs, 'last'), /was kept by another version of greenloop/);
  });

  it('begins in no store that fails', async () => {
    const ledger = new SqliteLedger(':memory:');
    ledger.close();
    assert.equal(await KeptRun.begin(ledger.runs, small(), { isFresh: false }), null);
  });
});

describe('the word for a run', () => {
  it('is an id, the unique beginning of one, or last', async () => {
    const { runs } = new SqliteLedger(':memory:');
    assert.throws(() => findRuns(runs, ['last']), /holds no run yet; make one with greenloop bench/);
    const [first, second] = [
      (await KeptRun.begin(runs, small(), { isFresh: false }))!.id,
      (await KeptRun.begin(runs, small({ seed: 2 }), { isFresh: false }))!.id,
    ];
    const newest = listRuns(runs)[0]!.id;
    assert.deepEqual(findRuns(runs, [first, second, first.slice(0, -1), 'last']), [first, second]);
    assert.deepEqual(findRuns(runs, ['last']), [newest]);
    assert.throws(() => findRuns(runs, ['2']), /^Refusal: 2 runs begin with "2", such as .* write more of the id$/);
    for (const word of ['', 'nope']) {
      assert.throws(() => findRuns(runs, [word]), {
        name: 'Refusal',
        message: `no run is "${word}"; greenloop runs lists what there is, the newest is ${newest}`,
      });
    }
  });
});
