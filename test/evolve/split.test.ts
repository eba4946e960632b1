import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawBalancedOrder, guessDifficulty, splitTasks } from '../../src/evolve/split.ts';
import { Random } from '../../src/statistics/random.ts';
import { doubleTask } from '../own-tasks.ts';

const benchmarks = fc.record({
  difficulty: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 60 }),
  seed: fc.nat(),
});

test('every task is in one part, of four two are searched on, one selects, one is held out', () => {
  fc.assert(
    fc.property(benchmarks, ({ difficulty, seed }) => {
      const { search, selection, heldOut } = splitTasks(difficulty, Random.of(seed));
      const all = [...search, ...selection, ...heldOut].sort((a, b) => a - b);
      assert.deepEqual(all, [...difficulty.keys()]);
      const blocks = Math.floor(difficulty.length / 4);
      for (const [part, share] of [search, selection, heldOut].map(
        (part, index) => [part, index === 0 ? 2 : 1] as const,
      )) {
        assert.ok(part.length >= share * blocks && part.length <= share * (blocks + 1), `${part.length}`);
      }
    }),
  );
});

test('each part has one or two of every four tasks of like difficulty', () => {
  // Task 11 is the easiest, task 0 the hardest.
  const difficulty = Array.from({ length: 12 }, (_, place) => 1 - place / 11);
  const { search, selection, heldOut } = splitTasks(difficulty, Random.of(3));
  for (const block of [0, 1, 2]) {
    const inBlock = (part: readonly number[]) => part.filter((place) => Math.floor(place / 4) === block).length;
    assert.deepEqual([search, selection, heldOut].map(inBlock), [2, 1, 1]);
  }
});

test('the same seed splits alike, another seed otherwise', () => {
  const difficulty = Array.from({ length: 40 }, (_, place) => place / 40);
  assert.deepEqual(splitTasks(difficulty, Random.of(1)), splitTasks(difficulty, Random.of(1)));
  assert.notDeepEqual(splitTasks(difficulty, Random.of(1)), splitTasks(difficulty, Random.of(2)));
});

test('difficulty is guessed by the rank of the reference, or of the prompt where there is none', () => {
  const tasks = ['xxx', 'x', 'xx', 'x'].map((reference, index) => doubleTask({ id: `${index}`, reference }));
  assert.deepEqual(guessDifficulty(tasks), [1, 0, 2 / 3, 0]);
  const bare = ['long text', 'text'].map((text) => doubleTask({ text, reference: null }));
  assert.deepEqual(guessDifficulty(bare), [1, 0]);
  assert.deepEqual(guessDifficulty([doubleTask()]), [0]);
});

test('every beginning of a balanced order has as many tasks of each half and quarter of the difficulty', () => {
  fc.assert(
    fc.property(benchmarks, ({ difficulty, seed }) => {
      const tasks = [...difficulty.keys()];
      // As a split gives them: the easiest first.
      const sorted = tasks.toSorted((one, other) => (difficulty[one] ?? 0) - (difficulty[other] ?? 0));
      const ranks = new Map(sorted.map((task, rank) => [task, rank]));
      const distinct = difficulty.map((_, task) => (ranks.get(task) ?? 0) / difficulty.length);
      const order = drawBalancedOrder(sorted, distinct, Random.of(seed));
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        tasks,
      );
      for (let length = 1; length <= order.length; length++) {
        for (const parts of [2, 4]) {
          const first = order.slice(0, length).filter((task) => (distinct[task] ?? 0) < 1 / parts).length;
          assert.ok(Math.abs(first - length / parts) <= 2, `${first} of ${length}`);
        }
      }
    }),
  );
});
