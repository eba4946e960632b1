import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { compareWithFirst, compareWithItself } from '../../src/analysis/comparison.ts';
import { ModelFault } from '../../src/base/errors.ts';
import type { CompletionRequest } from '../../src/models/model.ts';
import { ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import type { TrialFacts } from '../../src/runs/trial-facts.ts';
import { differenceInterval } from '../../src/statistics/difference.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask, fenced } from '../own-tasks.ts';
import { benchmarkOf, experimentOf, factsOfTrials, pipelineOf } from '../runs/own-experiment.ts';
import { trialOf } from './own-trials.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const TASKS = Array.from({ length: 8 }, (_, index) => doubleTask({ id: `Own/${index}` }));

/** Which draws a pipeline solves; or the fault that comes instead. */
type Solves = (task: number, repeat: number) => boolean | 'unreachable' | 'context-overflow';

async function compare(pipelines: Readonly<Record<string, Solves>>, repeats: number) {
  const specs = Object.keys(pipelines).map((name) => pipelineOf(name, { stages: [] }));
  const model = (name: string) =>
    new ScriptedModel(name, ({ draw }: CompletionRequest) => {
      const solves = pipelines[name.replace('scripted/', '')]!(Number(draw.taskId.slice(4)), draw.repeat);
      if (typeof solves === 'string') throw new ModelFault(solves, 'gone');
      return { text: fenced(solves ? DOUBLE.right : DOUBLE.square) };
    });
  const experiment = experimentOf(sandbox, () => ({ text: '' }), {
    benchmark: benchmarkOf(TASKS),
    pipelines: specs,
    repeats,
    model,
  });
  return compareWithFirst(
    specs.map(({ name }) => name),
    await factsOfTrials(experiment),
  );
}

describe('compareWithFirst', () => {
  it('pairs by task and repeat, and corrects for several comparisons', async () => {
    const solo: Solves = (task) => task < 1;
    const comparisons = await compare({ solo, all: () => true, same: solo, none: () => false }, 2);
    const [all, same, none] = comparisons;
    // Seven tasks gained in both repeats: 2 of 2 ^ 7 signs; three comparisons.
    assert.deepEqual([all?.baseline, all?.pipeline, all?.pairs], ['solo', 'all', 16]);
    assert.deepEqual(all?.difference, differenceInterval([0, 2, 2, 2, 2, 2, 2, 2].map((hits) => ({ of: 2, hits }))));
    assert.deepEqual([all?.p, all?.correctedP, all?.verdict], [2 / 128, 6 / 128, 'better']);
    assert.deepEqual([same?.p, same?.verdict], [1, 'no difference shown']);
    // One task lost of eight shows nothing.
    assert.deepEqual([none?.p, none?.verdict], [1, 'no difference shown']);
    assert.ok((none?.difference?.mean ?? 0) < 0);
  });

  it('says worse of what is worse', async () => {
    const [comparison] = await compare({ good: () => true, bad: (task) => task === 7 }, 1);
    assert.deepEqual([comparison?.p, comparison?.verdict], [2 / 128, 'worse']);
  });

  it('leaves out of both what broke in one of them', async () => {
    const [comparison] = await compare(
      { a: (task) => (task < 2 ? 'unreachable' : false), b: (task) => (task > 5 ? 'unreachable' : true) },
      3,
    );
    assert.deepEqual([comparison?.pairs, comparison?.leftOut, comparison?.difference?.mean], [12, 12, 1]);
    const [nothing] = await compare({ a: () => 'unreachable', b: () => true }, 1);
    assert.deepEqual([nothing?.pairs, nothing?.difference, nothing?.p], [0, null, 1]);
  });

  it('counts a conversation that outgrew the context as no pass', async () => {
    const overflow: Solves = (task) => (task < 2 ? true : 'context-overflow');
    const [comparison] = await compare({ solo: () => false, repair: overflow }, 1);
    assert.deepEqual([comparison?.pairs, comparison?.leftOut, comparison?.difference?.mean], [8, 0, 0.25]);
    assert.equal(comparison?.verdict, 'no difference shown');
  });

  it('never says better of what is worse on the whole, however many pairs tasks have', async () => {
    // One task gained in five pairs; four lost in the one pair that is left of theirs.
    const good: Solves = (task, repeat) =>
      task === 0 ? false : task < 5 ? (repeat === 0 ? true : 'unreachable') : false;
    const [comparison] = await compare({ good, other: (task) => task === 0 }, 5);
    const { mean } = comparison!.difference!;
    assert.equal(Math.sign(mean), Math.sign(5 - 4));
  });

  it('has nothing to say of one pipeline', async () => {
    assert.deepEqual(await compare({ alone: () => true }, 1), []);
  });
});

/** Trials of one pipeline on 40 tasks, each with its own chance to pass: solved never, always, or now and then. */
function equals(seed: number, repeats: number): TrialFacts[] {
  const random = randomOf(seed);
  return Array.from({ length: 40 }, (_, task) => [0, 1, random(), random()][task % 4] ?? 0).flatMap((chance, task) =>
    Array.from({ length: repeats }, (_unused, repeat) => {
      return trialOf(`Own/${task}`, random() < chance ? 'ok' : 'AssertionError', { pipeline: 'same', repeat });
    }),
  );
}

/** A seeded generator of numbers from 0 to 1 (Park and Miller). */
function randomOf(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('sizes of a difference', () => {
  it('do not grow with rounding where all tasks agree', async () => {
    const [comparison] = await compare({ solo: () => false, some: (_, repeat) => repeat === 0 }, 3);
    assert.deepEqual([comparison?.effect, comparison?.smallestShown], [null, null]);
  });

  it('do not come from unequal numbers of pairs', async () => {
    const some: Solves = (task, repeat) => (task > 3 && repeat > 0 ? 'unreachable' : true);
    const [comparison] = await compare({ solo: () => false, some }, 5);
    assert.deepEqual([comparison?.difference?.mean, comparison?.effect], [1, null]);
  });
});

describe('compareWithItself', () => {
  it('pairs the second half of the draws with the first', async () => {
    const trials = equals(1, 4);
    const [comparison] = compareWithItself(['same'], trials, 2);
    assert.deepEqual([comparison?.pipeline, comparison?.baseline], ['same again', 'same']);
    assert.deepEqual([comparison?.pairs, comparison?.leftOut], [80, 0]);
    const passed = (part: readonly TrialFacts[]) => part.filter(({ outcome }) => outcome === 'passed').length;
    const [before, after] = [0, 2].map((from) => trials.filter(({ repeat }) => repeat >= from && repeat < from + 2));
    const difference = (passed(after ?? []) - passed(before ?? [])) / 80;
    assert.ok(Math.abs((comparison?.difference?.mean ?? 1) - difference) < 1e-12);
  });

  it('says better or worse of equals as rarely as it claims, and not never', () => {
    for (const repeats of [1, 5]) {
      const verdicts = Array.from(
        { length: 200 },
        (_, seed) => compareWithItself(['same'], equals(seed, 2 * repeats), repeats)[0]?.verdict,
      );
      const wrong = verdicts.filter((verdict) => verdict !== 'no difference shown').length;
      assert.ok(wrong >= 1 && wrong <= 16, `${wrong} of 200 with ${repeats} repeats`);
    }
  });

  it('has intervals of the draws alone that hold no difference as often as they claim', () => {
    const held = Array.from({ length: 200 }, (_, seed) => compareWithItself(['same'], equals(seed, 10), 5)[0]).filter(
      (comparison) =>
        comparison?.here?.difference && comparison.here.difference.low <= 0 && comparison.here.difference.high >= 0,
    );
    assert.ok(held.length >= 180, `${held.length} of 200`);
  });
});
