import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sample, ScoredSample } from '../../src/runs/score-samples.ts';
import { agreement, passAtKTable } from '../../src/runs/score-summary.ts';

const sample = { saidToPass: null } as Sample;

/** So many samples of a task, the first of them passed; null is a fault. */
function samplesOf(taskId: string, passed: number, failed: number, faults = 0): ScoredSample[] {
  const grade = (isPassed: boolean) => ({ passed: isPassed }) as ScoredSample['grade'];
  return [
    ...new Array<ScoredSample>(passed).fill({ sample, taskId, grade: grade(true), result: '' }),
    ...new Array<ScoredSample>(failed).fill({ sample, taskId, grade: grade(false), result: '' }),
    ...new Array<ScoredSample>(faults).fill({ sample, taskId, grade: null, result: '' }),
  ];
}

describe('passAtKTable', () => {
  it('is the mean over tasks, as far as every task has enough samples', () => {
    // pass@1: (3/10 + 0 + 1) / 3 = 0.4333; pass@10: (1 + 0 + 1) / 3.
    const scored = [...samplesOf('a', 3, 7), ...samplesOf('b', 0, 10), ...samplesOf('c', 12, 0)];
    const table = passAtKTable(scored);
    assert.deepEqual(Object.keys(table), ['1', '10']);
    assert.ok(Math.abs((table['1'] ?? 0) - 1.3 / 3) < 1e-12);
    assert.ok(Math.abs((table['10'] ?? 0) - 2 / 3) < 1e-12);
  });

  it('leaves faults out', () => {
    assert.deepEqual(passAtKTable([...samplesOf('a', 1, 1, 8)]), { '1': 0.5 });
    assert.deepEqual(passAtKTable(samplesOf('a', 0, 0, 3)), {});
  });
});

describe('agreement', () => {
  it('names what was found otherwise than the file says, and passes over what broke or is not told', () => {
    const scored = (taskId: string, saidToPass: boolean | null, found: boolean | null) =>
      ({
        sample: { saidToPass } as Sample,
        taskId,
        grade: found === null ? null : ({ passed: found } as ScoredSample['grade']),
        result: '',
      }) satisfies ScoredSample;
    const all = [
      scored('a', true, true),
      scored('a', true, false),
      scored('b', null, true),
      scored('a', false, true),
      scored('b', true, null),
    ];
    assert.deepEqual(agreement(all), {
      samples: 3,
      passed: 2,
      otherwise: [
        { taskId: 'a', draw: 1, passed: false },
        { taskId: 'a', draw: 2, passed: true },
      ],
    });
    assert.equal(agreement([scored('b', null, true)]), null);
  });
});
