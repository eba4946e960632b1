import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readJsonLines } from '../../src/base/json-lines.ts';
import { RecordedModel } from '../../src/models/recorded/recorded-model.ts';
import { demandOf, recordedTasks } from '../../src/runs/services.ts';
import { outcomeOf, type Trial } from '../../src/runs/trial.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { benchmarkOf, pipelineOf, trialsOf } from '../runs/own-experiment.ts';
import { benchmarkFolder, hasBenchmarks } from '../tasks/python-driver.ts';

const recordings = join(benchmarkFolder, '../recordings');
const skip =
  hasBenchmarks && existsSync(recordings) ? false : `benchmarks and recorded answers are not in ${benchmarkFolder}/..`;

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

interface Row {
  readonly task_id: string;
  readonly draw: number;
  readonly recorded_passed: boolean;
}

/** Judges the first recorded answers of a real model to every task, or every second one, as they are and with all static repairs. */
async function judge(benchmarkName: string, recording: string, every = 1) {
  const path = join(recordings, recording, 'samples.jsonl.gz');
  const whole = await loadBenchmark(benchmarkName, {
    dataFolder: benchmarkFolder,
    cacheFolder: '/nowhere',
  });
  const recorded = new RecordedModel(path);
  const model = () => recorded;
  const solo = { stages: [] };
  const pipelines = [pipelineOf('none', { ...solo, repair: 'none' }), pipelineOf('all', solo)];
  const repeats = 1;
  const demand = demandOf(pipelines, repeats);
  const { tasks, leftOut } = recordedTasks(whole, [...demand.drafts.keys()].map(model), demand);
  const benchmark = benchmarkOf(tasks.filter((_, index) => index % every === 0));
  const experiment = { benchmark, pipelines, repeats, seed: 0, parallel: 8, timeoutSeconds: 4 };
  const trials = await trialsOf({ ...experiment, sandbox, model });
  const source = (readJsonLines(path) as Row[]).filter(
    ({ draw, recorded_passed }) => draw < repeats && recorded_passed,
  );
  return { trials, leftOut, passedAtSource: source.map(({ task_id, draw }) => `${task_id} ${draw}`) };
}

function passedOf(trials: readonly Trial[], pipeline: string): Set<string> {
  const passed = trials.filter((trial) => trial.pipeline === pipeline && outcomeOf(trial) === 'passed');
  return new Set(passed.map(({ trace }) => `${trace.taskId} ${trace.repeat}`));
}

function lossesOf(trials: readonly Trial[]): number {
  return trials.flatMap((trial) => trial.repairEffects).filter(({ effect }) => effect === 'lost').length;
}

test('Qwen3-0.6B on HumanEval: no sample is lost that passed at its source', { skip }, async () => {
  const { trials, leftOut, passedAtSource } = await judge('humaneval', 'qwen3-0.6b-humaneval-10samples');
  assert.deepEqual([trials.length, leftOut], [328, []]);
  const all = passedOf(trials, 'all');
  assert.deepEqual(
    passedAtSource.filter((sample) => !all.has(sample)),
    [],
  );
  // Of 164 samples 56 pass at the source, 58 as extracted here, 59 with all repairs.
  const none = passedOf(trials, 'none');
  assert.deepEqual([passedAtSource.length, none.size, all.size, lossesOf(trials)], [56, 58, 59, 0]);
});

test('Qwen2.5-1.5B on MBPP: repairs gain samples and lose none', { skip }, async () => {
  const { trials, leftOut } = await judge('mbpp', 'qwen25-1.5b-instruct-mbpp-12runs', 2);
  assert.deepEqual([trials.length, leftOut.length], [420, 7]);
  const [none, all] = [passedOf(trials, 'none'), passedOf(trials, 'all')];
  assert.deepEqual(
    [...none].filter((sample) => !all.has(sample)),
    [],
  );
  // Of 210 samples 100 pass as they are, 109 with all repairs.
  assert.deepEqual([none.size, all.size, lossesOf(trials)], [100, 109, 0]);
});
