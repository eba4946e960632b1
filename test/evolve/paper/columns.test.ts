import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawColumns } from '../../../src/evolve/paper/columns.ts';
import { Random } from '../../../src/statistics/random.ts';

const PAPER = { columns: 7, size: 25 };

function tasksOf(count: number): number[] {
  return Array.from({ length: count }, (_, task) => task);
}

test('each column takes one task of each layer of difficulty: worked by hand', () => {
  // Six tasks in two layers, the easy 0 2 4 and the hard 1 3 5; three columns use each of them once.
  const difficulty = [0, 0.7, 0.1, 0.8, 0.2, 0.9];
  const columns = drawColumns(tasksOf(6), difficulty, { columns: 3, size: 2 }, Random.of(1));
  assert.deepEqual(columns.map(([easy]) => easy).sort(), [0, 2, 4]);
  assert.deepEqual(columns.map(([, hard]) => hard).sort(), [1, 3, 5]);
});

test('164 tasks in seven columns of 25: every task is used, eleven of them twice', () => {
  const columns = drawColumns(tasksOf(164), [], PAPER, Random.of(2)).flat();
  const uses = tasksOf(164).map((task) => columns.filter((own) => own === task).length);
  // 7 x 25 = 175 places.
  assert.deepEqual([Math.min(...uses), uses.filter((times) => times === 2).length, Math.max(...uses)], [1, 11, 2]);
});

test('no task is twice in a column, and all columns are as hard as each other, however many tasks there are', () => {
  const difficulties = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(difficulties, fc.nat(), (difficulty, seed) => {
      const tasks = tasksOf(difficulty.length);
      const columns = drawColumns(tasks, difficulty, PAPER, Random.of(seed));
      assert.equal(columns.length, 7);
      const length = Math.min(25, tasks.length);
      for (const column of columns) assert.deepEqual([column.length, new Set(column).size], [length, length]);
      // Each layer lies within the next one's bounds, so sums differ by at most the whole range once.
      const sums = columns.map((column) => column.reduce((sum, task) => sum + (difficulty[task] ?? 0), 0));
      assert.ok(Math.max(...sums) - Math.min(...sums) <= 1 + 1e-9);
    }),
    { seed: 1 },
  );
});
