import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadOf, pairCells } from '../../src/runs/paired-cells.ts';
import { placesIn, trialAtPlace } from '../../src/runs/plan.ts';
import { placesOf, planOf } from '../store/stored-trials.ts';

function cell(taskId: string, passed: number, trials: number) {
  return { taskId, trials, passed, faults: 0 };
}

test('two pipelines are paired by task, in the order of the plan, by the share that passes', () => {
  const a = [cell('z', 1, 2), cell('x', 2, 2), cell('y', 0, 3), cell('alone', 1, 1)];
  const b = [cell('x', 5, 5), cell('y', 1, 3), cell('z', 1, 3), cell('other', 0, 1)];
  const { pairs, ...counts } = pairCells(a, b, ['x', 'none', 'y', 'z']);
  assert.deepEqual(
    pairs.map((pair) => [pair.taskId, pair.a?.passed ?? null, pair.b?.passed ?? null, leadOf(pair)]),
    [
      ['x', 2, 5, 0],
      ['y', 0, 1, 1],
      ['z', 1, 1, -1],
      ['alone', 1, null, null],
      ['other', null, 0, null],
    ],
  );
  assert.deepEqual(counts, { better: { a: 1, b: 1 }, alike: 1, alone: 2 });
});

test('a place of a plan names its trial', () => {
  const plan = planOf({ names: ['a', 'b'], ids: ['x', 'y', 'z'], repeats: 3 });
  const places = placesOf(plan);
  assert.deepEqual(
    places.map((_, place) => trialAtPlace(plan, place)),
    places,
  );
  assert.deepEqual(
    places.map(({ pipeline, taskId, repeat }) => placesIn(plan)(pipeline, taskId, repeat)),
    places.map((_, place) => place),
  );
  for (const none of [-1, places.length, 0.5, Number.NaN]) assert.equal(trialAtPlace(plan, none), null);
});
