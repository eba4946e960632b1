import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeatsToShow, smallestDifference } from '../../src/statistics/power.ts';

function near(actual: number | null | undefined, expected: number, tolerance: number): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

describe('smallestDifference', () => {
  it('is the error times the two quantiles', () => {
    // 1 and -1 of 100 tasks half each: error sqrt(100 / 99) / 10 = 0.10050; t of 99 degrees 1.9842 + 0.8416
    const differences = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 1 : -1));
    near(smallestDifference(differences), 0.1005 * 2.8258, 0.0005);
    assert.equal(smallestDifference([1]), null);
    // Five tasks: not even all of them make p less than 2 / 32. Equal ones say nothing of how much tasks differ.
    assert.equal(smallestDifference([1, 0, 1, 0, 1]), null);
    assert.equal(smallestDifference(new Array<number>(20).fill(1 / 3)), null);
  });
});

describe('repeatsToShow', () => {
  /** So many tasks with draws whose mean difference is the same in all: nothing but the draws varies. */
  const alike = (tasks: number, own: readonly number[]) => Array.from({ length: tasks }, () => own);

  it('asks for more repeats the smaller the difference is', () => {
    // Mean 0.25, variance of a draw 11/12 of four (1, 1, -1, 0), tasks' means all equal. 50 tasks: room 50 x (0.25 / (2.0096 + 0.8416)) ^ 2
    // = 0.3844; 0.9167 / 0.3844 = 2.4
    assert.equal(repeatsToShow(alike(50, [1, 1, -1, 0])), 3);
    assert.equal(repeatsToShow(alike(500, [1, 1, -1, 0])), 1);
    assert.equal(repeatsToShow(alike(10, [1, 1, -1, 0])), 15);
  });

  it('says that the tasks are too few where they differ in themselves', () => {
    const tasks = [...alike(11, [1, 1, 1]), ...alike(9, [-1, -1, -1])];
    assert.equal(repeatsToShow(tasks), 'more tasks');
    assert.equal(repeatsToShow(alike(5, [1, 1, 0])), 'more tasks');
  });

  it('says nothing of single repeats and of no difference', () => {
    assert.equal(repeatsToShow([[1], [1]]), null);
    assert.equal(repeatsToShow(alike(8, [1, -1])), null);
    assert.equal(repeatsToShow([[1, 0]]), null);
  });
});
