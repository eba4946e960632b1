import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../src/base/errors.ts';
import { readHumanEvalTask } from '../../../src/tasks/benchmarks/humaneval/humaneval.ts';

const PROMPT = `from math import sqrt

LIMIT = 10


def square(n):
    """Helper."""
    return n * n


def root_of_squares(numbers: list[int]) -> float:
    """ The root of the sum of squares.
    >>> root_of_squares([3, 4])
    5.0
    """
`;

const ROW = {
  task_id: 'Own/7',
  prompt: PROMPT,
  entry_point: 'root_of_squares',
  canonical_solution: '    return sqrt(sum(square(n) for n in numbers))\n',
  test: 'def check(candidate):\n    assert candidate([3, 4]) == 5.0\n    assert candidate([]) == 0\n',
  author: 'fields that others add are let be',
};

test('a row becomes a Task that splits what stages see from what grades', () => {
  const { prompt, grader, reference } = readHumanEvalTask(ROW, 'row 1');
  assert.deepEqual(prompt, {
    id: 'Own/7',
    text: PROMPT,
    form: 'signature',
    entryPoint: 'root_of_squares',
    context: 'from math import sqrt\nLIMIT = 10\ndef square(n):\n    """Helper."""\n    return n * n',
    examples: [{ source: 'assert root_of_squares([3, 4]) == 5.0' }],
  });
  assert.deepEqual(grader.suites(), [{ name: 'base', program: { setup: '', checks: ROW.test } }]);
  assert.equal(grader.hiddenTests, 1);
  assert.equal(reference, PROMPT + ROW.canonical_solution);
});

test('a row without a solution has no reference', () => {
  const { canonical_solution: _, ...row } = ROW;
  assert.equal(readHumanEvalTask(row, 'row 1').reference, null);
});

test('a helper without a body is no context', () => {
  const prompt = `def helper(x):\n    """To do."""\n\n\n${PROMPT}`;
  const { context } = readHumanEvalTask({ ...ROW, prompt }, 'row 1').prompt;
  assert.doesNotMatch(context, /def helper/);
});

test('a broken row is refused by row and field', () => {
  for (const field of ['task_id', 'prompt', 'entry_point', 'test'] as const) {
    const { [field]: _, ...row } = ROW;
    assert.throws(() => readHumanEvalTask(row, 'my.jsonl, row 3'), new RegExp(`^Refusal: my.jsonl, row 3: ${field}: `));
  }
  assert.throws(
    () => readHumanEvalTask({ ...ROW, entry_point: 'a; import os' }, 'row 1'),
    /expected the name of a Python function/,
  );
  assert.throws(() => readHumanEvalTask('text', 'row 1'), Refusal);
});

test('an id is only data', () => {
  assert.equal(readHumanEvalTask({ ...ROW, task_id: '../../etc/passwd' }, 'row 1').prompt.id, '../../etc/passwd');
});
