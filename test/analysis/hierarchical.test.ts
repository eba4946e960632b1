import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareAll } from '../../src/analysis/comparison.ts';
import { hierarchicalResults } from '../../src/analysis/hierarchical.ts';
import { Random } from '../../src/statistics/random.ts';
import { drawCovariance } from '../../src/statistics/wishart.ts';
import { trialOf } from './own-trials.ts';

const NAMES = ['one', 'other'] as const;

/** Trials of so many tasks, of which `one` passes a half and `other` those and some more. */
function trialsOf(tasks: number, more: number) {
  return Array.from({ length: tasks }, (_, task) =>
    NAMES.map((pipeline) => {
      const passes = task % 2 === 0 || (pipeline === 'other' && task < 2 * more);
      return trialOf(`t${task}`, passes ? 'ok' : 'E', { pipeline });
    }),
  ).flat();
}

describe('hierarchicalResults', () => {
  it('agrees with the rates that were seen, in narrower intervals than the exact test', () => {
    const trials = trialsOf(20, 4);
    const [one, other] = hierarchicalResults(NAMES, trials);
    const exact = compareAll(NAMES, trials)[0]?.difference;
    assert.ok(one !== undefined && other?.difference && exact);
    assert.equal(one.difference, null);
    assert.ok(Math.abs(one.passRate.mean - 0.5) < 0.08 && Math.abs(other.difference.mean - 0.2) < 0.08);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    assert.ok(width(other.difference) < width(exact));
    assert.ok(other.difference.low < 0.2 && other.difference.high > 0.2);
  });

  it('is the same in every process, and for few tasks alone', () => {
    assert.deepEqual(hierarchicalResults(NAMES, trialsOf(12, 2)), hierarchicalResults(NAMES, trialsOf(12, 2)));
    for (const tasks of [0, 4, 31]) assert.deepEqual(hierarchicalResults(NAMES, trialsOf(tasks, 1)), []);
    assert.deepEqual(hierarchicalResults(['one'], trialsOf(12, 1)), []);
  });
});

describe('drawCovariance', () => {
  it('has the mean of an inverse Wishart distribution', () => {
    const random = Random.of(1);
    const scale = Float64Array.of(6, 2, 2, 4);
    const sum = new Float64Array(4);
    const [draws, degrees] = [4000, 12];
    for (let draw = 0; draw < draws; draw++)
      drawCovariance(scale, 2, degrees, random).forEach((value, place) => {
        sum[place] = (sum[place] as number) + value / draws;
      });
    // Scale / (degrees - size - 1).
    for (const [place, value] of scale.entries()) assert.ok(Math.abs((sum[place] as number) - value / 9) < 0.03);
  });
});
