import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeatsNeeded, repeatsToShow, smallestDifference, taskPart } from '../../src/statistics/power.ts';

function near(actual: number | null | undefined, expected: number, tolerance: number): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

describe('smallestDifference', () => {
  const pairs = (...values: number[]) => values.map((value) => [value]);
  const repeated = (count: number, value: number) => Array.from({ length: count }, () => value);

  it('is what the sign-flip test finds in 80 of 100 experiments', () => {
    // Without losses 6 gains are shown. Of 60 tasks with a gain of chance p, 6 or more are seen in 80 of 100 cases at p = 0.131.
    near(smallestDifference(pairs(...repeated(60, 0))), 0.131, 0.015);
    // 100 tasks of which every one changes: 61 gains or more show it, which is 80 of 100 cases at a chance of 0.65.
    near(smallestDifference(pairs(...repeated(50, 1), ...repeated(50, -1))), 2 * 0.65 - 1, 0.03);
  });

  it('falls with more tasks, and with more repeats where tasks change to and fro', () => {
    const churning = (tasks: number, repeats: number) =>
      Array.from({ length: tasks }, (_, task) =>
        repeated(repeats, 0).map((_none, pair) => [1, -1, 0, 0][(task + pair) % 4]!),
      );
    const found = [churning(40, 1), churning(160, 1), churning(160, 4)].map((tasks) => smallestDifference(tasks) ?? 1);
    assert.deepEqual(
      found,
      found.toSorted((one, other) => other - one),
    );
    assert.ok(found[0]! > 1.5 * found[1]! && found[1]! > 1.2 * found[2]!, String(found));
  });

  it('is the same in every process, and none of too few tasks', () => {
    const tasks = pairs(...repeated(20, 0), 1, -1);
    assert.equal(smallestDifference(tasks), smallestDifference(tasks));
    // Five tasks: not even all of them make p less than 2 / 32.
    assert.equal(smallestDifference(pairs(1, 0, 1, 0, 1)), null);
    assert.equal(smallestDifference([]), null);
  });
});

describe('repeatsNeeded', () => {
  const draws = Array.from({ length: 50 }, () => [1, 1, -1, 0]);

  it('gives a range for what the interval allows, and no upper end where it allows none', () => {
    const between = repeatsNeeded(draws, { mean: 0.25, low: 0.1, high: 0.4 });
    assert.deepEqual(between, { least: 4, most: repeatsToShow(draws, 0.1) });
    assert.ok(Number(repeatsToShow(draws, 0.4)) < 4);
    assert.equal(repeatsNeeded(draws, { mean: 0.25, low: -0.1, high: 0.4 })?.most, null);
    assert.deepEqual(repeatsNeeded(draws, { mean: -0.25, low: -0.4, high: -0.1 }), between);
    assert.equal(repeatsNeeded([[1], [1]], { mean: 1, low: 0.5, high: 1 }), null);
  });
});

describe('repeatsToShow', () => {
  /** So many tasks with draws whose mean difference is the same in all: nothing but the draws varies. */
  const alike = (tasks: number, own: readonly number[]) => Array.from({ length: tasks }, () => own);

  it('asks for more repeats the smaller the difference is', () => {
    // Mean 0.25, variance of a draw 11/12 of four (1, 1, -1, 0), tasks' means all equal. 50 tasks: room 50 x (0.25 / (2.0096 + 0.8416)) ^ 2
    // = 0.3844; 0.9167 / 0.3844 = 2.4
    assert.equal(repeatsToShow(alike(50, [1, 1, -1, 0]), 0.25), 3);
    assert.equal(repeatsToShow(alike(500, [1, 1, -1, 0]), 0.25), 1);
    assert.equal(repeatsToShow(alike(10, [1, 1, -1, 0]), 0.25), 15);
  });

  it('says that the tasks are too few where they differ in themselves', () => {
    const tasks = [...alike(11, [1, 1, 1]), ...alike(9, [-1, -1, -1])];
    assert.equal(repeatsToShow(tasks, 0.25), 'more tasks');
    assert.equal(repeatsToShow(alike(5, [1, 1, 0]), 0.25), 'more tasks');
  });

  it('says nothing of single repeats and of no difference', () => {
    assert.equal(repeatsToShow([[1], [1]], 0.25), null);
    assert.equal(repeatsToShow(alike(8, [1, -1]), 0), null);
    assert.equal(repeatsToShow([[1, 0]], 0.25), null);
  });
});

describe('taskPart', () => {
  it('is all where repeats of a task agree, nothing where tasks differ by no more than their draws', () => {
    assert.equal(
      taskPart([
        [1, 1],
        [0, 0],
        [-1, -1],
      ]),
      1,
    );
    assert.equal(
      taskPart([
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
      0,
    );
    // Variance of a mean by its draws: 0.25 in the first task, 0 in the others, so 1/12; of the means, 0.5, 1 and 0: 0.25.
    near(
      taskPart([
        [1, 0],
        [1, 1],
        [0, 0],
      ]),
      (0.25 - 1 / 12) / 0.25,
      1e-12,
    );
  });

  it('is not known of single repeats, or where nothing varies', () => {
    for (const draws of [
      [[1], [0]],
      [[1, 0]],
      [
        [0, 0],
        [0, 0],
      ],
      [],
    ])
      assert.equal(taskPart(draws), null);
  });
});
