import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, exceptionOf, onlyFailure, run } from '../runs.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';

const LOOP = 'def f(x):\n    while True:\n        pass';

/** Each kind of verdict, and what its checks say. */
export function testVerdicts(sandbox: Opened, { tooManyBytes }: Capabilities): void {
  test('passed: with every check and what was measured', async () => {
    const verdict = await assertPasses(sandbox(), {
      code: 'def f(x):\n    return x + 1',
      checks: 'assert f(1) == 2\nassert f(2) == 3, "a message"',
    });
    assert.equal(verdict.checksPassed, 2);
    assert.deepEqual(
      verdict.checks.map(({ source, passed, call, exception }) => ({ source, passed, call, exception })),
      [
        { source: 'f(1) == 2', passed: true, call: 'f(1)', exception: null },
        { source: 'f(2) == 3', passed: true, call: 'f(2)', exception: null },
      ],
    );
    assert.ok(verdict.seconds > 0 && verdict.cpuSeconds > 0);
    assert.ok(verdict.peakBytes === null || verdict.peakBytes > 1e6);
  });

  test('failed: says call, actual, operator and expected of each comparison', async () => {
    const verdict = await assertKind(
      sandbox(),
      {
        code: 'def f(x):\n    return x',
        checks: 'assert f(1) == 2\nassert f([1]) > [3]\nassert f(5) == 5\nassert not f(1)\nassert 0 < f(9) < 3',
      },
      'failed',
    );
    assert.deepEqual([verdict.checksPassed, verdict.checksFailed], [1, 4]);
    assert.deepEqual(
      verdict.checks.map(({ passed, call, actual, operator, expected }) => [passed, call, actual, operator, expected]),
      [
        [false, 'f(1)', '1', '==', '2'],
        [false, 'f([1])', '[1]', '>', '[3]'],
        [false, 'f(1)', 'False', null, null],
        [false, 'f(9)', 'False', null, null],
        [true, 'f(5)', null, null, null],
      ],
    );
  });

  for (const [symbol, right] of [
    ['!=', '1'],
    ['is', 'None'],
    ['is not', 'f(1)'],
    ['in', '(2, 3)'],
    ['not in', '(1, 3)'],
    ['<', '0'],
    ['<=', '0'],
    ['>=', '2'],
  ] as const) {
    test(`failed: names the operator ${symbol}`, async () => {
      const checks = `assert f(1) ${symbol} ${right}`;
      const verdict = await assertKind(sandbox(), { code: 'def f(x):\n    return x', checks }, 'failed');
      assert.equal(onlyFailure(verdict).operator, symbol);
    });
  }

  test('failed: the first failing check decides the kind', async () => {
    const code = 'def f(x):\n    return 1 // x';
    await assertKind(sandbox(), { code, checks: 'assert f(1) == 5\nassert f(0) == 1' }, 'failed');
    await assertKind(sandbox(), { code, checks: 'assert f(0) == 1\nassert f(1) == 5' }, 'raised');
  });

  test('failed: shows the arguments as they were before the candidate changed them', async () => {
    const code = 'def f(x):\n    x.clear()\n    return 7';
    const verdict = await assertKind(sandbox(), { code, checks: 'xs = [1, 2]\nassert f(xs) == 2' }, 'failed');
    assert.equal(onlyFailure(verdict).call, 'f([1, 2])');
  });

  test('failed: cuts long values', async () => {
    const code =
      'def f(x):\n    deep = 1\n    for _ in range(9):\n        deep = [deep] * 40\n    return [deep, "a" * 9999, 10 ** 99]';
    const { actual } = onlyFailure(await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'failed'));
    assert.ok(actual !== null && actual.length <= 400, `${actual?.length}`);
  });

  test('raised in a check: the exception with the frame, line and locals of the candidate only', async () => {
    const code = 'def g(values):\n    total = 3\n    return values[total]\n\ndef f(x):\n    return g(x)\n';
    const checks = 'def check(candidate):\n    assert candidate([1]) == 2\n';
    const verdict = await assertKind(sandbox(), { code, checks }, 'raised');
    assert.equal(verdict.during, 'check');
    assert.equal(verdict.exception.type, 'IndexError');
    assert.equal(verdict.exception.message, 'list index out of range');
    assert.equal(verdict.exception.line, 3);
    assert.deepEqual(verdict.exception.locals, { values: '[1]', total: '3' });
    const frames = [...verdict.exception.traceback.matchAll(/File "(.*)", line (\d+), in (\w+)/g)];
    assert.deepEqual(
      frames.map(([, file, line, name]) => [file, line, name]),
      [
        ['<candidate>', '6', 'f'],
        ['<candidate>', '3', 'g'],
      ],
    );
    assert.match(verdict.exception.traceback, /return values\[total\]/);
    const failure = onlyFailure(verdict);
    assert.deepEqual(failure.exception, verdict.exception);
    assert.deepEqual([failure.call, failure.actual, failure.expected], ['f([1])', null, '2']);
  });

  test('raised in a check: what the test itself stumbles over keeps the value that came', async () => {
    const checks = 'assert f(1) < 3\nassert len(f(2)) == 1';
    const verdict = await assertKind(sandbox(), { code: 'def f(x):\n    return None', checks }, 'raised');
    assert.deepEqual(
      verdict.checks.map(({ actual, exception }) => [actual, exception?.type]),
      [
        ['None', 'TypeError'],
        ['None', 'TypeError'],
      ],
    );
  });

  test('raised while loading: with line, and no check', async () => {
    const verdict = await assertKind(sandbox(), { code: 'x = 1\ny = x / 0\n', checks: 'assert f(1)' }, 'raised');
    assert.equal(verdict.during, 'load');
    assert.deepEqual(
      [verdict.exception.type, verdict.exception.line, verdict.checks.length],
      ['ZeroDivisionError', 2, 0],
    );
  });

  test('raised while loading: the entry point is missing', async () => {
    for (const checks of ['assert f(1)', null]) {
      const verdict = await assertKind(sandbox(), { code: 'def g(x): return 1', checks }, 'raised');
      assert.deepEqual(
        [verdict.during, verdict.exception.type, verdict.exception.message],
        ['load', 'NameError', "name 'f' is not defined"],
      );
    }
  });

  test('syntax-error: with line', async () => {
    const verdict = await assertKind(
      sandbox(),
      { code: 'def f(x):\n    return (1\n', checks: 'assert f(1)' },
      'syntax-error',
    );
    assert.equal(verdict.exception.type, 'SyntaxError');
    assert.equal(verdict.exception.line, 2);
    assert.match(verdict.exception.message, /never closed/);
  });

  test('no-code: empty and blank', async () => {
    for (const code of ['', ' \n\t\n']) await assertKind(sandbox(), { code, checks: 'assert f(1)' }, 'no-code');
  });

  test('timed-out: while loading, and in a check, which is named', async () => {
    const loading = await assertKind(
      sandbox(),
      { code: 'while True: pass', checks: 'assert f(1)', timeoutSeconds: 1 },
      'timed-out',
    );
    assert.deepEqual([loading.source, Math.round(loading.limitSeconds)], [null, 1]);
    const checks = 'assert f is not None\nassert f(3) == 3';
    const checking = await assertKind(sandbox(), { code: LOOP, checks, timeoutSeconds: 1 }, 'timed-out');
    assert.deepEqual([checking.source, checking.checksPassed], ['f(3) == 3', 1]);
  });

  test('timed-out: also where the test swallows every exception', async () => {
    const checks = 'try:\n    f(1)\nexcept:\n    pass\nassert True';
    await assertKind(sandbox(), { code: LOOP, checks, timeoutSeconds: 1 }, 'timed-out');
  });

  test('timed-out: a loop after a failed check leaves that failure as the verdict', async () => {
    const code = 'def f(x):\n    while x > 1:\n        pass\n    return 0';
    const checks = 'assert f(1) == 1\nassert f(2) == 2\nassert f(0) == 0';
    const verdict = await assertKind(sandbox(), { code, checks, timeoutSeconds: 600 }, 'failed');
    assert.deepEqual([verdict.checksPassed, verdict.checksFailed], [0, 1]);
  });

  test('out-of-memory: at once, little by little, and while loading', async () => {
    const atOnce = { code: `def f(x):\n    return bytearray(${tooManyBytes})`, checks: 'assert f(1) == 1' };
    assert.equal((await assertKind(sandbox(), atOnce, 'out-of-memory')).source, 'f(1) == 1');
    const slowly = 'def f(x):\n    kept = []\n    while True:\n        kept.append(memoryview(bytes(10 ** 7)))';
    await assertKind(sandbox(), { code: slowly, checks: 'assert f(1) == 1' }, 'out-of-memory');
    const loading = await assertKind(
      sandbox(),
      { code: `x = [0] * (${tooManyBytes})`, checks: 'assert f(1)' },
      'out-of-memory',
    );
    assert.equal(loading.source, null);
  });

  test('crashed: the process ends without an answer', async () => {
    const code = 'import os\ndef f(x):\n    os._exit(3)';
    const verdict = await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'crashed');
    assert.equal(verdict.source, 'f(1) == 1');
    assert.match(verdict.reason, /\S/);
    const loading = await assertKind(sandbox(), { code: 'import os\nos._exit(0)', checks: 'assert f(1)' }, 'crashed');
    assert.equal(loading.source, null);
  });

  test('crashed: also where the test swallows it', async () => {
    const code = 'import os\ndef f(x):\n    os._exit(0)';
    await assertKind(sandbox(), { code, checks: 'try:\n    f(1)\nexcept:\n    pass\nassert True' }, 'crashed');
  });

  test("report 'first' ends at the first failure, 'all' evaluates every check", async () => {
    const code = 'def f(x):\n    print(x)\n    return x';
    const checks = 'assert f(1) == 1\nassert f(2) == 0\nassert f(3) == 0\nassert f(4) == 4';
    const first = await run(sandbox(), { code, checks, report: 'first' });
    assert.deepEqual([first.kind, first.checksPassed, first.checksFailed, first.output], ['failed', 1, 1, '1\n2\n']);
    const all = await run(sandbox(), { code, checks });
    assert.deepEqual([all.kind, all.checksPassed, all.checksFailed, all.output], ['failed', 2, 2, '1\n2\n3\n4\n']);
  });

  test('at most 50 checks of each sort are kept', async () => {
    const code = 'def f(x):\n    return x';
    const passed = await assertPasses(sandbox(), { code, checks: 'for i in range(80):\n    assert f(i) == i' });
    assert.deepEqual([passed.checks.length, passed.checksPassed], [50, 80]);
    // One call for all: a run whose checks fail has a second more, which is few calls where the machine is slow.
    const checks = 'y = f(1)\nfor i in range(80):\n    assert y == -i';
    const failed = await assertKind(sandbox(), { code, checks }, 'failed');
    assert.equal(failed.checks.length, 50);
  });

  test('loading alone passes where the entry point is defined', async () => {
    const verdict = await assertPasses(sandbox(), { code: 'def f(x): return 1', checks: null });
    assert.deepEqual([verdict.checks, verdict.checksPassed], [[], 0]);
    assert.equal(
      exceptionOf(await run(sandbox(), { code: 'import nosuchmodule', checks: null })).type,
      'ModuleNotFoundError',
    );
  });
}
