import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstErrorsOf } from '../../src/analysis/first-errors.ts';
import { forcedIterations, isForced, stoppedIterations } from '../../src/analysis/iterations.ts';
import { shareInterval } from '../../src/statistics/interval.ts';
import { differenceOf } from './differences.ts';
import { specOf, trialOf } from './own-trials.ts';

const OVERFLOW = { fault: 'model: context-overflow' } as const;

describe('firstErrorsOf', () => {
  const trials = [
    trialOf('a', 'AssertionError ok'),
    trialOf('a', 'AssertionError AssertionError', { repeat: 1 }),
    trialOf('b', 'AssertionError false'),
    trialOf('b', 'NameError TypeError', { repeat: 1 }),
    trialOf('c', 'KeyError ok'),
    trialOf('c', 'ok', { repeat: 1 }),
    trialOf('d', 'NameError', OVERFLOW),
    trialOf('d', 'NameError', { repeat: 1, fault: 'model: unreachable' }),
  ];

  it('counts what each kind of failed draft came to', () => {
    const { lines, drafts } = firstErrorsOf(specOf('p', 1), trials);
    // What was unreachable is no draft that counts.
    assert.equal(drafts, 7);
    const counts = lines.map(({ error, group, drafts: own, fixed, sameError, otherError, failsHidden, overflows }) => [
      error ?? group,
      own,
      fixed?.hits,
      sameError,
      otherError,
      failsHidden,
      overflows,
    ]);
    assert.deepEqual(counts, [
      ['all', 6, 2, 1, 1, 1, 1],
      ['runtime errors', 3, 1, 0, 1, 0, 1],
      ['AssertionError', 3, 1, 1, 0, 1, 0],
      ['NameError', 2, 0, 0, 1, 0, 1],
      ['KeyError', 1, 1, 0, 0, 0, 0],
    ]);
    assert.deepEqual(lines[0]?.finalErrors, [
      { error: 'AssertionError', trials: 1 },
      { error: 'TypeError', trials: 1 },
    ]);
    assert.equal(lines[2]?.fixed?.tasks, 2);
  });

  it('has no fix rate where nothing could be fixed, and takes the grade where nothing was run', () => {
    assert.equal(firstErrorsOf(specOf('p', 0), [trialOf('a', 'NameError')]).lines[0]?.fixed, null);
    const { lines } = firstErrorsOf(specOf('p', 1, { feedback: { source: 'none' } }), [trialOf('a', '- text')]);
    assert.deepEqual([lines[1]?.error, lines[1]?.fixed?.hits], ['AssertionError', 1]);
    assert.deepEqual(firstErrorsOf(specOf('p', 1), [trialOf('a', 'ok')]).lines, []);
  });
});

describe('stoppedIterations', () => {
  it('keeps the last answer of a trial that stopped, and none of one that broke', () => {
    const trials = [
      trialOf('a', 'NameError NameError ok'),
      trialOf('b', 'ok'),
      trialOf('c', 'NameError false'),
      trialOf('d', 'NameError', OVERFLOW),
      trialOf('e', '', { fault: 'sandbox' }),
    ];
    const { iterations, trials: counted } = stoppedIterations(specOf('p', 2), trials);
    assert.equal(counted, 4);
    assert.deepEqual(
      iterations.map(({ solved }) => solved),
      [1, 1, 2],
    );
    assert.deepEqual(iterations[2]?.share, shareInterval([1, 1, 0, 0]));
    assert.deepEqual(iterations[2]?.gain, differenceOf([1, 0, 0, 0]));
    assert.equal(iterations[0]?.gain, null);
  });
});

describe('forcedIterations', () => {
  it('counts first passes against passes lost, by task', () => {
    const spec = specOf('p', 3, { stop: 'never' });
    const trials = [
      trialOf('a', 'NameError ok NameError ok'),
      trialOf('b', 'ok NameError NameError ok'),
      trialOf('c', 'ok ok ok ok'),
      trialOf('d', 'NameError NameError ok NameError'),
    ];
    const { iterations, net, raw, broken } = forcedIterations(spec, trials);
    assert.deepEqual(
      iterations.map(({ passes, everPassed, newFixes, regressions }) => [passes, everPassed, newFixes, regressions]),
      [
        [2, 2, 2, 0],
        [2, 3, 1, 1],
        [2, 4, 1, 1],
        [3, 4, 0, 1],
      ],
    );
    // Trials are worth 0, -1, 0 and 0; passes at the end less at the draft 1, 0, 0, 0.
    assert.ok(Math.abs(net!.mean - -0.25) < 1e-12);
    assert.deepEqual(raw, differenceOf([1, 0, 0, 0]));
    assert.deepEqual(iterations[1]?.net, differenceOf([1, -1, 0, 0]));
    assert.deepEqual(iterations[3]?.raw, differenceOf([1, 1, 0, -1]));
    assert.deepEqual([broken.hits, broken.of], [1, 2]);
  });

  it('is of pipelines that go on after a pass', () => {
    assert.equal(isForced(specOf('p', 1, { stop: 'never' })), true);
    assert.equal(isForced(specOf('p', 1, { feedback: { source: 'none' } })), true);
    assert.equal(isForced(specOf('p', 1)), false);
    assert.equal(isForced(specOf('p', 0, { stop: 'never' })), false);
  });
});
