import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { selectTasks } from '../../src/tasks/select-tasks.ts';
import { Grader, type Task } from '../../src/tasks/task.ts';

function task(id: string): Task {
  const prompt = { id, text: '', form: 'description', entryPoint: 'f', context: '', examples: [] } as const;
  return { prompt, grader: new Grader(id, [], null), reference: null };
}

const tasks = ['A/1', 'A/2', 'A/10', 'B/x/1', 'A*'].map(task);

function ids(selection: Parameters<typeof selectTasks>[1]): string[] {
  return selectTasks(tasks, selection).map(({ prompt }) => prompt.id);
}

test('a star stands for any text, slashes included', () => {
  assert.deepEqual(ids({ glob: 'A/1*' }), ['A/1', 'A/10']);
  assert.deepEqual(ids({ glob: '*1' }), ['A/1', 'B/x/1']);
  assert.deepEqual(ids({ glob: '*/*/*' }), ['B/x/1']);
  assert.deepEqual(ids({ glob: 'A/2' }), ['A/2']);
  assert.deepEqual(ids({}).length, 5);
});

test('no other character is special', () => {
  assert.deepEqual(ids({ glob: 'A*' }).length, 4);
  for (const glob of ['A/.', 'A/[12]', 'A/?', '', 'a/1', 'A/1A/1']) assert.throws(() => ids({ glob }), Refusal);
});

test('the limit takes the first of what the pattern leaves', () => {
  assert.deepEqual(ids({ limit: 2 }), ['A/1', 'A/2']);
  assert.deepEqual(ids({ glob: 'A/*', limit: 99 }), ['A/1', 'A/2', 'A/10']);
  for (const limit of [0, -1, 1.5, Number.NaN]) assert.throws(() => ids({ limit }), /whole number of at least 1/);
});

test('a pattern that matches nothing is refused with what ids look like', () => {
  assert.throws(() => ids({ glob: 'C/*' }), /"C\/\*" matches no task; ids look like A\/1, A\/2, A\/10/);
});

test('a huge pattern is refused without ado', () => {
  assert.throws(() => ids({ glob: '*a'.repeat(100_000) }), /matches no task/);
  assert.deepEqual(ids({ glob: '*'.repeat(100_000) }).length, 5);
});
