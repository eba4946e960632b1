import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { exampleTests } from '../../src/pipeline/feedback-tests.ts';
import { REPAIR_NAMES } from '../../src/pipeline/repair.ts';
import { gradeCode, TaskGrading } from '../../src/runs/grade.ts';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import { Grader, type Task } from '../../src/tasks/task.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { DOUBLE, doubleTask } from '../own-tasks.ts';

const real = await openSandbox(readSettings(), 2);
after(() => real.close());

/** The real sandbox, with a note of what it was asked to run. */
function watched(): { sandbox: Sandbox; runs: RunRequest[] } {
  const runs: RunRequest[] = [];
  const sandbox: Sandbox = {
    run: (request, signal) => {
      runs.push(request);
      return real.run(request, signal);
    },
    isolation: () => real.isolation(),
    close: async () => {},
  };
  return { sandbox, runs };
}

const PLUS = doubleTask({
  tests: 'def check(candidate):\n    assert candidate(2) == 4\n',
  plusTests: 'def check(candidate):\n    assert candidate(-7) == -14\n',
});

async function grade(task: Task, code: string) {
  const { sandbox, runs } = watched();
  const { base, plus, passed } = await gradeCode(task, code, { sandbox, timeoutSeconds: 60 });
  return { base: base.kind, plus: plus?.kind ?? null, passed, runs: runs.length };
}

describe('gradeCode', () => {
  it('needs base and plus, and runs plus only where base passed', async () => {
    assert.deepEqual(await grade(PLUS, DOUBLE.right), { base: 'passed', plus: 'passed', passed: true, runs: 2 });
    assert.deepEqual(await grade(PLUS, DOUBLE.square), { base: 'passed', plus: 'failed', passed: false, runs: 2 });
    assert.deepEqual(await grade(PLUS, DOUBLE.next), { base: 'failed', plus: null, passed: false, runs: 1 });
  });

  it('needs base alone where there is no plus', async () => {
    assert.deepEqual(await grade(doubleTask(), DOUBLE.right), { base: 'passed', plus: null, passed: true, runs: 1 });
  });

  it('never passes code that ends the process, says nothing or is none', async () => {
    const programs = {
      'import os\nos._exit(0)\n': 'crashed',
      'def double(n):\n    raise SystemExit\n': 'raised',
      '': 'no-code',
      'pass\n': 'raised',
      'class double:\n    def __init__(self, n): pass\n    def __eq__(self, other): return True\n': 'failed',
    };
    for (const [code, kind] of Object.entries(programs)) {
      const { base, passed } = await grade(doubleTask(), code);
      assert.deepEqual([base, passed], [kind, false], code);
    }
  });
});

describe('TaskGrading', () => {
  const gradedExample = { source: 'assert double(3) == 6' };
  const tests = 'assert double(3) == 6\nassert double(5) == 10\n';
  const plain = doubleTask({ tests });
  const task: Task = {
    ...plain,
    grader: new Grader(plain.prompt.id, plain.grader.suites(), 1, [gradedExample]),
  };
  const seenOf = (code: string) => {
    const { context, entryPoint } = task.prompt;
    const tests = exampleTests(task.prompt);
    return real.run({ code, context, entryPoint, tests, timeoutSeconds: 60, report: 'all' });
  };

  it('runs one program once', async () => {
    const { sandbox, runs } = watched();
    const grading = new TaskGrading(task, { sandbox, timeoutSeconds: 60 });
    const grades = await Promise.all([grading.grade(DOUBLE.right), grading.grade(DOUBLE.right)]);
    assert.deepEqual([grades[0], runs.length], [grades[1], 1]);
  });

  it('knows the grade of a program that failed an example which is a grading test', async () => {
    const { sandbox, runs } = watched();
    const grading = new TaskGrading(task, { sandbox, timeoutSeconds: 60 });
    assert.equal((await grading.grade(DOUBLE.square, await seenOf(DOUBLE.square))).passed, false);
    assert.equal(runs.length, 0);
    assert.equal((await gradeCode(task, DOUBLE.square, { sandbox, timeoutSeconds: 60 })).passed, false);
  });

  it('runs the grading tests where what was seen decides nothing', async () => {
    const { sandbox, runs } = watched();
    const grading = new TaskGrading(task, { sandbox, timeoutSeconds: 60 });
    // Fails the example double(2) == 4, which is no grading test.
    const code = 'def double(n):\n    return 2 * n if n != 2 else 5\n';
    assert.equal((await grading.grade(code, await seenOf(code))).passed, true);
    assert.equal((await grading.grade(DOUBLE.fitted, await seenOf(DOUBLE.fitted))).passed, false);
    assert.equal(runs.length, 2);
  });

  it('judges each repair by leaving it out alone', async () => {
    const grading = new TaskGrading(task, { sandbox: real, timeoutSeconds: 60 });
    const effectsOf = (extracted: string, code: string, names: readonly (typeof REPAIR_NAMES)[number][]) =>
      grading.repairEffects(
        {
          index: 0,
          stage: null,
          from: null,
          bestSoFar: 0,
          answer: extracted,
          extracted,
          code,
          repairs: names.map((name) => ({ name, detail: '' })),
          verdict: null,
          completions: [],
        },
        REPAIR_NAMES,
      );
    const misnamed = 'def twice(n):\n    return 2 * n\n';
    assert.deepEqual(await effectsOf(misnamed, `${misnamed}\n\ndouble = twice\n`, ['entry-point']), [
      { name: 'entry-point', effect: 'gained' },
    ]);
    assert.deepEqual(await effectsOf(DOUBLE.right, DOUBLE.next, ['layout']), [{ name: 'layout', effect: 'lost' }]);
    assert.deepEqual(await effectsOf(DOUBLE.next, DOUBLE.square, ['imports', 'imports']), [
      { name: 'imports', effect: 'same' },
    ]);
  });
});
