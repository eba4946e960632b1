import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { summarizePreflight } from '../../src/runs/benchmark-summary.ts';
import { findWithoutChecks, preflight, withoutTasks, withoutWrongExamples } from '../../src/runs/preflight.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';
import { benchmarkOf } from './own-experiment.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

const run = (tasks: readonly Task[], onTask?: (taskId: string) => void) =>
  preflight(benchmarkOf(tasks), { sandbox, timeoutSeconds: 60, parallel: 2, ...(onTask && { onTask }) });

const GOOD = doubleTask({ id: 'Own/good' });
const PLUS_TESTS = 'def check(candidate):\n    assert candidate(-7) == -14\n';

describe('preflight', () => {
  it('passes references that pass, and tells of each task', async () => {
    const told: string[] = [];
    const plus = doubleTask({ id: 'Own/plus', plusTests: PLUS_TESTS, examples: [] });
    const result = await run([GOOD, plus], (taskId) => told.push(taskId));
    assert.deepEqual(result, {
      tasks: 2,
      passed: 2,
      withoutReference: 0,
      failures: [],
      wrongExamples: [],
      tasksWithExamples: 1,
      withoutChecks: [],
    });
    assert.deepEqual(told.sort(), ['Own/good', 'Own/plus']);
  });

  it('names a reference that is wrong, the suite that it fails and why', async () => {
    const raising = doubleTask({ id: 'Own/raising', reference: DOUBLE.raising });
    const square = doubleTask({ id: 'Own/square', reference: DOUBLE.square });
    const plus = doubleTask({
      id: 'Own/plus',
      reference: DOUBLE.fitted,
      tests: 'assert double(2) == 4\n',
      plusTests: PLUS_TESTS,
    });
    const { passed, failures, tasks } = await run([GOOD, raising, square, plus]);
    assert.deepEqual([tasks, passed], [4, 1]);
    assert.deepEqual(
      failures.map(({ taskId, suite }) => [taskId, suite]),
      [
        ['Own/raising', 'base'],
        ['Own/square', 'base'],
        ['Own/plus', 'plus'],
      ],
    );
    const [first, second] = failures;
    assert.match(first?.reason ?? '', /^AttributeError: double\(2\) raised AttributeError: .*twice/);
    assert.equal(second?.reason, 'AssertionError: double(5) gave 25, expected 10');
  });

  it('counts tasks without a reference apart', async () => {
    const result = await run([GOOD, doubleTask({ id: 'Own/free', reference: null })]);
    assert.deepEqual([result.passed, result.withoutReference, result.failures], [1, 1, []]);
    const { passed, failed, tasks, skipped } = summarizePreflight(result, 2, []);
    assert.deepEqual({ passed, failed, tasks, skipped }, { passed: 1, failed: 0, tasks: 2, skipped: false });
  });

  it('leaves out tasks whose tests make no check, with a reference or without one', async () => {
    const silent = (id: string, tests: string, reference: string | null) => doubleTask({ id, tests, reference });
    const tasks = [
      GOOD,
      silent('Own/print', 'print(double(2))\n', DOUBLE.right),
      silent('Own/check', 'def check(candidate):\n    candidate(2)\n', null),
      silent('Own/comment', '# assert double(2) == 4\n', null),
    ];
    const result = await run(tasks);
    const without = ['Own/print', 'Own/check', 'Own/comment'];
    assert.deepEqual([result.tasks, result.passed, result.withoutReference, result.withoutChecks], [1, 1, 0, without]);
    const options = { sandbox, timeoutSeconds: 10, parallel: 2 };
    assert.deepEqual(await findWithoutChecks(benchmarkOf(tasks), options), without);
    assert.deepEqual(withoutTasks(benchmarkOf(tasks), without).tasks, [GOOD]);
  });

  it('names a wrong example, which is no check but stays in the text of the prompt', async () => {
    const wrong = 'assert double(3) == 7';
    const task = doubleTask({ examples: ['assert double(2) == 4', wrong, 'assert double(0) == 0'] });
    const benchmark = benchmarkOf([GOOD, task]);
    const result = await run(benchmark.tasks);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(result.wrongExamples, [{ taskId: task.prompt.id, source: wrong }]);
    const [good, cleaned] = withoutWrongExamples(benchmark, result.wrongExamples).tasks;
    assert.deepEqual(good, GOOD);
    assert.deepEqual(
      cleaned?.prompt.examples.map(({ source }) => source),
      ['assert double(2) == 4', 'assert double(0) == 0'],
    );
    assert.equal(cleaned?.prompt.text, task.prompt.text);
    assert.ok(cleaned?.prompt.text.includes(wrong));
  });

  it('takes the same example of another task for right', async () => {
    const source = 'assert double(3) == 6';
    const tasks = [GOOD, doubleTask({ id: 'Own/other' })];
    const cleaned = withoutWrongExamples(benchmarkOf(tasks), [{ taskId: 'Own/other', source }]).tasks;
    assert.deepEqual(
      cleaned.map(({ prompt }) => prompt.examples.length),
      [2, 1],
    );
  });
});
