import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { summarizePreflight } from '../../src/runs/benchmark-summary.ts';
import { checkBenchmark, findUnjudgeable, preflight, withoutWrongExamples } from '../../src/runs/preflight.ts';
import { Grader, type Task } from '../../src/tasks/task.ts';
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
      wrongExamples: [],
      tasksWithExamples: 1,
      leftOut: [],
      failed: 0,
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
    const { passed, failed, leftOut, tasks } = await run([GOOD, raising, square, plus]);
    assert.deepEqual([tasks, passed, failed], [1, 1, 3]);
    assert.deepEqual(
      leftOut.map(({ taskId }) => taskId),
      ['Own/raising', 'Own/square', 'Own/plus'],
    );
    const [first, second, third] = leftOut.map(({ reason }) => reason);
    assert.match(
      first ?? '',
      /^its reference fails \(base tests: AttributeError: double\(2\) raised AttributeError: .*twice/,
    );
    assert.equal(second, 'its reference fails (base tests: AssertionError: double(5) gave 25, expected 10)');
    assert.match(third ?? '', /^its reference fails \(plus tests: /);
  });

  it('counts tasks without a reference apart', async () => {
    const result = await run([GOOD, doubleTask({ id: 'Own/free', reference: null })]);
    assert.deepEqual([result.passed, result.withoutReference, result.leftOut], [1, 1, []]);
    const { passed, failed, tasks, skipped } = summarizePreflight(result, 2, []);
    assert.deepEqual({ passed, failed, tasks, skipped }, { passed: 1, failed: 0, tasks: 2, skipped: false });
  });

  const FIXTURE = 'def test_double(missing):\n    assert double(missing) == 4\n';
  const BROKEN: readonly (readonly [id: string, tests: string, reason: RegExp])[] = [
    ['print', 'print(double(2))\n', /^its tests check nothing$/],
    ['check', 'def check(candidate):\n    candidate(2)\n', /^its tests check nothing$/],
    ['comment', '# assert double(2) == 4\n', /^its tests check nothing$/],
    ['syntax', 'assert double(2) == = 4\n', /SyntaxError|syntax/],
    ['name', 'assert double(2) ==\n', /SyntaxError|syntax/],
  ];

  for (const [kind, reference] of [
    ['with a reference', DOUBLE.right],
    ['without a reference', null],
  ] as const) {
    it(`leaves out tasks whose tests do not run or make no check, ${kind}, and says why`, async () => {
      const broken = BROKEN.map(([id, tests]) => doubleTask({ id: `Own/${id}`, tests, reference }));
      const result = await run([GOOD, ...broken]);
      assert.deepEqual([result.tasks, result.passed, result.withoutReference, result.failed], [1, 1, 0, 0]);
      const options = { sandbox, timeoutSeconds: 10, parallel: 2 };
      for (const leftOut of [result.leftOut, await findUnjudgeable(benchmarkOf([GOOD, ...broken]), options)]) {
        assert.deepEqual(
          leftOut.map(({ taskId }) => taskId),
          BROKEN.map(([id]) => `Own/${id}`),
        );
        for (const [index, { reason }] of leftOut.entries()) assert.match(reason, BROKEN[index]![2]);
      }
    });
  }

  it('leaves out a test file that asks for a fixture that is not there', async () => {
    for (const reference of [DOUBLE.right, null]) {
      const { program } = { program: { program: FIXTURE, moduleName: 'solution' } };
      const task = doubleTask({ id: 'Own/fixture', reference });
      const grader = new Grader('Own/fixture', [{ name: 'base', program }], null);
      const { leftOut } = await run([GOOD, { ...task, grader }]);
      assert.deepEqual(
        leftOut.map(({ taskId }) => taskId),
        ['Own/fixture'],
      );
      assert.match(leftOut[0]?.reason ?? '', /wants a fixture that pytest does not have: missing/);
    }
  });

  it('goes on with the tasks that can be judged, and not where most references fail', async () => {
    const options = { sandbox, timeoutSeconds: 10, parallel: 2 };
    const watch = { withProgress: <Value>(_: number, work: (onTask: () => void) => Promise<Value>) => work(() => {}) };
    const wrong = doubleTask({ id: 'Own/wrong', reference: DOUBLE.square });
    const checked = await checkBenchmark(benchmarkOf([GOOD, wrong, doubleTask({ id: 'Own/more' })]), options, watch);
    assert.deepEqual(
      checked.benchmark.tasks.map(({ prompt }) => prompt.id),
      ['Own/good', 'Own/more'],
    );
    await assert.rejects(checkBenchmark(benchmarkOf([GOOD, wrong, { ...wrong }]), options, watch), {
      name: 'Refusal',
      message:
        /^2 of 3 reference solutions fail here, so no verdict could be trusted: Own\/wrong \(its reference fails/,
    });
    const silent = doubleTask({ id: 'Own/silent', tests: 'print(double(2))\n' });
    await assert.rejects(checkBenchmark(benchmarkOf([silent]), options, watch), {
      message: 'no chosen task can be judged: Own/silent (its tests check nothing)',
    });
  });

  it('names a wrong example, which is no check but stays in the text of the prompt', async () => {
    const wrong = 'assert double(3) == 7';
    const task = doubleTask({ examples: ['assert double(2) == 4', wrong, 'assert double(0) == 0'] });
    const benchmark = benchmarkOf([GOOD, task]);
    const result = await run(benchmark.tasks);
    assert.deepEqual(result.leftOut, []);
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
