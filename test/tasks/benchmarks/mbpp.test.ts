import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMbppTask } from '../../../src/tasks/benchmarks/mbpp/mbpp.ts';
import { judged } from '../../own-tasks.ts';

const ROW = {
  source_file: 'own',
  task_id: 9001,
  prompt: 'Write a function to find the length of a diagonal.',
  code: 'def halve(x):\n  return x / 2\ndef diagonal(a, b):\n  return (a * a + b * b) ** 0.5',
  test_imports: ['import math'],
  test_list: ['assert math.isclose(diagonal(3, 4), 5)', 'assert set([diagonal(0, 0)]) == set([0])'],
};

test('a row becomes a Task whose prompt shows every assert', () => {
  const { prompt, grader, reference } = readMbppTask(ROW, 'row 1');
  assert.equal(prompt.id, 'Mbpp/9001');
  assert.equal(prompt.form, 'description');
  assert.equal(prompt.text, `${ROW.prompt}\n${ROW.test_list.join('\n')}`);
  assert.equal(prompt.entryPoint, 'diagonal');
  assert.equal(prompt.context, 'import math');
  assert.deepEqual(
    prompt.examples.map(({ source }) => source),
    ROW.test_list,
  );
  assert.equal(grader.hiddenTests, 0);
  assert.equal(judged(grader.suites()[0]?.program).checks, `import math\n${ROW.test_list.join('\n')}`);
  assert.equal(reference, ROW.code);
});

test('the entry point may have the name of a builtin', () => {
  const row = { ...ROW, code: 'def sum(a, b):\n    return a + b', test_list: ['assert set([sum(1, 2)]) == {3}'] };
  assert.equal(readMbppTask(row, 'row 1').prompt.entryPoint, 'sum');
});

test('a row whose asserts call nothing of its code is refused', () => {
  assert.throws(() => readMbppTask({ ...ROW, code: 'def other():\n    pass' }, 'm.json, row 4'), /m.json, row 4: code/);
  assert.throws(() => readMbppTask({ ...ROW, test_list: [] }, 'm.json, row 4'), /m.json, row 4: test_list/);
});
