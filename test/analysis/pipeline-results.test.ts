import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bestOfRuns } from '../../src/analysis/best-of-runs.ts';
import { pipelineResult } from '../../src/analysis/pipeline-results.ts';
import { separationsOf } from '../../src/analysis/separations.ts';
import { shareInterval } from '../../src/statistics/interval.ts';
import { specOf, trialOf } from './own-trials.ts';

/** Trials of tasks by the words of their repeats: `+` passes, `.` fails, `!` broke, `~` outgrew the context. */
function trials(tasks: Readonly<Record<string, string>>, pipeline = 'p') {
  return Object.entries(tasks).flatMap(([task, words]) =>
    [...words].map((word, repeat) => {
      const fault = { '!': { fault: 'model: unreachable' }, '~': { fault: 'model: context-overflow' } }[word] ?? {};
      return trialOf(task, word === '+' ? 'ok' : 'NameError', { pipeline, repeat, ...fault });
    }),
  );
}

describe('pipelineResult', () => {
  const spec = specOf('p', 1);

  it('counts solved tasks by repeat, and tasks by solved repeats', () => {
    const result = pipelineResult(spec, trials({ a: '++', b: '+.', c: '..' }), { repeats: 2, tasks: 3 });
    assert.deepEqual(result.solved, { perRepeat: [2, 1], mean: 1.5, sd: Math.SQRT1_2 });
    assert.deepEqual(result.consistency, { tasks: [1, 1, 1], leftOut: 0 });
    const [one, two] = result.passAtK;
    assert.deepEqual(one, { k: 1, mean: 0.5, interval: shareInterval([1, 0.5, 0]) });
    assert.deepEqual(two, { k: 2, mean: 2 / 3, interval: shareInterval([1, 1, 0]) });
  });

  it('keeps what broke out of every rate, but not what outgrew the context', () => {
    const result = pipelineResult(spec, trials({ a: '+!', b: '+~', c: '!!' }), { repeats: 2, tasks: 3 });
    assert.deepEqual([result.trials, result.faults, result.overflows], [6, 4, 1]);
    // Task a: 1 of 1; b: 1 of 2, its overflow is no pass; c says nothing. Task a has no second draw.
    assert.deepEqual(
      result.passAtK.map(({ mean }) => mean),
      [0.75, null],
    );
    assert.deepEqual(result.consistency, { tasks: [0, 1, 0], leftOut: 2 });
    assert.deepEqual(result.solved.perRepeat, [2, 0]);
  });

  it('takes false passes from those that passed what they saw', () => {
    const own = [
      trialOf('a', 'NameError ok'),
      trialOf('b', 'false'),
      trialOf('c', 'false', { checked: 'load' }),
      trialOf('d', 'NameError'),
    ];
    const { falsePasses, unchecked } = pipelineResult(spec, own, { repeats: 1, tasks: 4 });
    assert.deepEqual([falsePasses.hits, falsePasses.of, falsePasses.tasks, unchecked], [1, 2, 2, 1]);
  });

  it('adds up to its trials and tasks, whatever they were', () => {
    const words = fc.string({ unit: fc.constantFrom('+', '.', '!', '~'), minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (tasks) => {
        const own = trials(Object.fromEntries(tasks.map((task, index) => [String(index), task])));
        const result = pipelineResult(spec, own, { repeats: 3, tasks: tasks.length });
        const { tasks: counts, leftOut } = result.consistency;
        assert.equal(
          counts.reduce((sum, value) => sum + value, leftOut),
          tasks.length,
        );
        const rates = result.passAtK.flatMap(({ mean }) => mean ?? []);
        assert.ok(rates.every((rate) => rate >= 0 && rate <= 1));
        assert.deepEqual(
          rates,
          rates.toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

describe('separationsOf', () => {
  it("has the paper's sigma beside the paired test, of every two pipelines", () => {
    const size = { repeats: 2, tasks: 3 };
    const all = {
      solo: trials({ a: '+.', b: '..', c: '..' }, 'solo'),
      loop: trials({ a: '++', b: '++', c: '+.' }, 'loop'),
      same: trials({ a: '++', b: '++', c: '+.' }, 'same'),
    };
    const results = Object.entries(all).map(([name, own]) => pipelineResult(specOf(name, 1), own, size));
    const separations = separationsOf(results, Object.values(all).flat());
    assert.deepEqual(
      separations.map(({ pipeline, baseline }) => `${pipeline}-${baseline}`),
      ['loop-solo', 'same-solo', 'same-loop'],
    );
    // Solved 1, 0 and 3, 2: means 0.5 and 2.5, both with a variance of 0.5, so 2 / sqrt(0.5 + 0.5).
    const [first, , last] = separations;
    assert.equal(first?.solvedDifference, 2);
    assert.ok(Math.abs(first.paperSigma! - 2) < 1e-12);
    // Wins 1, 2, 1 in three tasks: 2 of 2 ^ 3 signs; Holm over three tests, two of them alike.
    assert.deepEqual([first.p, first.correctedP], [0.25, 0.75]);
    assert.deepEqual([last?.solvedDifference, last?.paperSigma, last?.p], [0, 0, 1]);
  });

  it('has no sigma of single runs', () => {
    const own = (name: string) => trials({ a: '+', b: '.' }, name);
    const results = ['x', 'y'].map((name) => pipelineResult(specOf(name, 0), own(name), { repeats: 1, tasks: 2 }));
    assert.equal(separationsOf(results, [...own('x'), ...own('y')])[0]?.paperSigma, null);
  });
});

describe('bestOfRuns', () => {
  it('rises from the mean to the best run', () => {
    const solved = { perRepeat: [4, 1, 1], mean: 2, sd: null };
    const best = bestOfRuns({ pipeline: 'p', solved });
    // Of pairs: (4, 1) twice and (1, 1): best 4, 4, 1.
    assert.deepEqual(
      best?.curve.map(({ best: value }) => Math.round(value * 1e9) / 1e9),
      [2, 3, 4],
    );
    assert.ok(Math.abs(best.curve[1]!.excess! - 0.5) < 1e-12);
    assert.equal(bestOfRuns({ pipeline: 'p', solved: { perRepeat: [3], mean: 3, sd: null } }), null);
    const nothing = bestOfRuns({ pipeline: 'p', solved: { perRepeat: [0, 0], mean: 0, sd: 0 } });
    assert.deepEqual(
      nothing?.curve.map(({ excess }) => excess),
      [null, null],
    );
  });
});
