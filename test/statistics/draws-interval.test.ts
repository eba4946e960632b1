import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { drawsInterval, type Interval } from '../../src/statistics/interval.ts';

function near(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

function tasksOf(count: number, draws: (task: number) => readonly number[]): (readonly number[])[] {
  return Array.from({ length: count }, (_, task) => draws(task));
}

describe('drawsInterval', () => {
  it('sees how draws vary and not how tasks do', () => {
    // Two tasks, four draws each. Sample variances 1/4 and 1/3, and 1/2 added: 1.08333; of mixed tasks 2 x 0.375 x 0.625 + 0.5 = 0.96875.
    // t of 6 degrees 2.4469: ratio 5.9874 x 1.11828 / 8 = 0.83695; middle (0.375 + 0.41847) / 1.83695 = 0.43195;
    // margin sqrt(0.83695 x 0.234375 + 0.17512) / 1.83695 = 0.33180
    const interval = drawsInterval([
      [1, 0, 0, 0],
      [1, 1, 0, 0],
    ]);
    near(interval?.mean, 0.375, 1e-12);
    near(interval?.low, 0.43195 - 0.3318, 0.001);
    near(interval?.high, 0.43195 + 0.3318, 0.001);
  });

  it("is Wilson's of all draws where none failed, or none passed", () => {
    // 20 tasks x 3: t of 40 degrees 2.0211, ratio 4.0848 / 60 = 0.06808, high = 0.06808 / 1.06808
    const none = drawsInterval(tasksOf(20, () => [0, 0, 0]));
    near(none?.low, 0, 1e-12);
    near(none?.high, 0.06374, 1e-4);
    near(drawsInterval(tasksOf(20, () => [1, 1, 1]))?.low, 1 - 0.06374, 1e-4);
  });

  it('is narrower where tasks differ and their draws agree, and keeps a width', () => {
    // 20 tasks x 5, half of them solved: 0.5 of 5.5 is left within the tasks. t of 80 degrees 1.9901: ratio 3.9604 / 11 / 100 = 0.0036
    const agreeing = drawsInterval(tasksOf(20, (task) => new Array<number>(5).fill(task % 2)));
    near(agreeing?.low, 0.5 - 0.02995, 1e-4);
    near(agreeing?.high, 0.5 + 0.02995, 1e-4);
    const mixed = drawsInterval(tasksOf(20, (task) => [1, 0, 1, 0, task % 2]));
    assert.ok(mixed!.high - mixed!.low > 0.17);
  });

  it('holds the share, lies between 0 and 1, has a width, and turns round with the draws', () => {
    const draws = fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 6 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(draws, (tasks) => {
        const { mean, low, high } = drawsInterval(tasks) as Interval;
        assert.ok(0 <= low && low <= mean + 1e-12 && mean <= high + 1e-12 && high <= 1 && low < high);
        const turned = drawsInterval(tasks.map((own) => own.map((one) => 1 - one))) as Interval;
        near(turned.low, 1 - high, 1e-9);
      }),
    );
  });

  it('knows nothing of single draws', () => {
    assert.equal(drawsInterval([[1], [0]]), null);
    assert.equal(drawsInterval([]), null);
  });
});
