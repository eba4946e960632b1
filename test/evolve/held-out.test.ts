import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ModelFault } from '../../src/base/errors.ts';
import { measureAgain, measureHeldOut } from '../../src/evolve/held-out.ts';
import type { ScriptAnswer } from '../../src/models/scripted/scripted-model.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, pipelineOf } from '../runs/own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const TASKS = ['a', 'b', 'c', 'd'].map((id) => doubleTask({ id }));
const PIPELINES = [pipelineOf('drafts', { stages: [] }), pipelineOf('repairs')];

function measure(answer: ScriptAnswer, places: readonly number[], onTrial = () => {}) {
  const whole = experimentOf(sandbox, answer, { benchmark: benchmarkOf(TASKS), pipelines: PIPELINES, repeats: 2 });
  return measureHeldOut(whole, whole, places, { remedy: 'mend it', onTrial });
}

test('what each pipeline solves of the held-out tasks alone, each against the first', async () => {
  const asked = new Set<string>();
  let trials = 0;
  const answer: ScriptAnswer = ({ draw }) => {
    asked.add(draw.taskId);
    return draw.taskId === 'd' || draw.attempt > 0 ? DOUBLE.right : DOUBLE.square;
  };
  const { pipelines, comparisons, ...size } = await measure(answer, [1, 3], () => {
    trials += 1;
  });
  assert.deepEqual([...asked].sort(), ['b', 'd']);
  assert.deepEqual(size, { repeats: 2, tasks: 2 });
  assert.equal(trials, 8);
  assert.deepEqual(
    pipelines.map(({ name, passed, trials: own }) => [name, passed, own]),
    [
      ['drafts', 2, 4],
      ['repairs', 4, 4],
    ],
  );
  assert.deepEqual(
    comparisons.map(({ pipeline, baseline, pairs }) => [pipeline, baseline, pairs]),
    [['repairs', 'drafts', 4]],
  );
});

test('a pipeline is measured again in repeats that were not drawn; without further answers there is no result', async () => {
  const repeats = new Set<number>();
  const answer: ScriptAnswer = ({ draw }) => {
    if (draw.repeat > 4) throw new ModelFault('refused', 'no further answers');
    repeats.add(draw.repeat);
    return draw.taskId === 'b' ? DOUBLE.right : DOUBLE.square;
  };
  const whole = experimentOf(sandbox, answer, { benchmark: benchmarkOf(TASKS), pipelines: PIPELINES, repeats: 2 });
  const again = (firstRepeat: number) =>
    measureAgain({ spec: pipelineOf('drafts', { stages: [] }), firstRepeat, repeats: 2 }, whole, whole, {
      places: [1, 3],
      remedy: 'mend it',
      onTrial: () => {},
    });
  assert.equal((await again(3))?.passShare, 0.5);
  assert.deepEqual([...repeats], [3, 4]);
  assert.equal(await again(4), null);
});

test('what broke is no result', async () => {
  const answer: ScriptAnswer = ({ draw }) => {
    if (draw.repeat === 1) throw new ModelFault('unreachable', 'gone');
    return DOUBLE.right;
  };
  await assert.rejects(measure(answer, [0]), {
    name: 'Refusal',
    message: 'a broke: model: unreachable: gone; mend it',
  });
});
