import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile, assertFileRefused, failuresOf, runFile } from '../test-file-runs.ts';
import { testPytestFiles } from './pytest-files.ts';

const INCREMENT = 'def f(x):\n    return x + 1\n\ndef fail(x):\n    raise ValueError(f"no {x}")\n';

const UNITTEST = `import unittest
from solution import f, fail


class TestF(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(f(1), 3)

    def test_assert(self):
        assert f(2) == 4

    def test_true(self):
        self.assertTrue(f(-1))

    def test_none(self):
        self.assertIsNone(f(1))

    def test_no_error(self):
        with self.assertRaises(KeyError):
            f(1)

    def test_error(self):
        fail(3)

    def test_passes(self):
        self.assertEqual(f(1), 2)


if __name__ == "__main__":
    unittest.main()
`;

/** Whole test files of a user's, which run in the candidate's own process. */
export function testTestFiles(sandbox: Opened, withoutPytest: string | false): void {
  test('unittest: each failed test with its assertion, in Python’s own words, and the values', async () => {
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file: UNITTEST }, 'failed');
    assert.equal(verdict.testedBy, 'unittest');
    assert.deepEqual(failuresOf(verdict), [
      ['TestF.test_assert', 'f(2) == 4', '3', '4'],
      ['TestF.test_equal', 'f(1) == 3', '2', '3'],
      ['TestF.test_error', 'fail(3)', null, null],
      ['TestF.test_no_error', 'with self.assertRaises(KeyError): f(1)', null, null],
      ['TestF.test_none', 'f(1) is None', '2', 'None'],
      ['TestF.test_true', 'f(-1)', '0', null],
    ]);
    assert.deepEqual([verdict.checksPassed, verdict.checksFailed], [1, 6]);
    const exception = verdict.checks[2]?.exception;
    assert.deepEqual([exception?.type, exception?.line, exception?.locals.x], ['ValueError', 5, '3']);
    assert.match(
      exception?.traceback ?? '',
      /"<tests>", line 23, in test_error\n {4}fail\(3\)\n.*"<candidate>", line 5/,
    );
  });

  test('unittest: subtests, set-up that fails, skips and expected failures', async () => {
    const file = `import unittest
from solution import f

class A(unittest.TestCase):
    def test_many(self):
        for x in range(3):
            with self.subTest(x=x):
                self.assertIn(f(x), (1, 3))
    @unittest.skip("later")
    def test_later(self):
        f()
    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(f(1), 1)

class B(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = f("x")
    def test_value(self):
        pass
`;
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'failed');
    assert.deepEqual(
      failuresOf(verdict).map(([name]) => name),
      ['A.test_many (x=1)', 'setUpClass (B)'],
    );
    assert.equal(verdict.checksPassed, 0);
  });

  test('asserts outside of any test are each a check, and the ones after a failure still run', async () => {
    const file =
      'from solution import f, fail\nassert f(1) == 2\nassert f(2) == 2, "text"\nassert fail(1)\nfor x in (1, 2):\n    assert f(x) > x\nif __name__ == "__main__":\n    raise SystemExit\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'failed');
    assert.equal(verdict.testedBy, 'plain');
    assert.deepEqual(failuresOf(verdict), [
      [null, 'f(2) == 2', '3', '2'],
      [null, 'fail(1)', null, null],
    ]);
    assert.equal(verdict.checksPassed, 3);
    const many = 'from solution import f\nfor x in range(2000):\n    assert f(x) == x + 1\n';
    assert.equal((await assertFile(sandbox(), { code: INCREMENT, file: many }, 'passed')).checksPassed, 2000);
  });

  test('check(candidate) is called where a file for one process is asked for', async () => {
    const file = 'def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(1) == 1\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'failed');
    assert.deepEqual(failuresOf(verdict), [[null, 'candidate(1) == 1', '2', '1']]);
  });

  test('names that a file uses and does not import are the candidate’s', async () => {
    await assertFile(sandbox(), { code: INCREMENT, file: 'assert f(1) == 2\n' }, 'passed');
    const own = 'def f(x):\n    return 5\nassert f(1) == 5\n';
    await assertFile(sandbox(), { code: INCREMENT, file: own }, 'passed');
  });

  test('the candidate is imported under the name that the file has for it, dotted ones too', async () => {
    for (const file of [
      'import mine.code\nassert mine.code.f(1) == 2',
      'from mine import code\nassert code.f(1) == 2',
      'from mine.code import *\nassert f(1) == 2',
    ])
      await assertFile(sandbox(), { code: INCREMENT, file, moduleName: 'mine.code' }, 'passed');
  });

  test('the candidate’s own objects are themselves: classes, identity, changed arguments', async () => {
    const code = 'class Stack(list):\n    pass\nEMPTY = Stack()\ndef f(xs):\n    xs.append(EMPTY)\n    return xs';
    const file =
      'from solution import EMPTY, Stack, f\nxs = []\nassert f(xs) is xs\nassert xs[0] is EMPTY and isinstance(EMPTY, Stack)\n';
    await assertFile(sandbox(), { code, file }, 'passed');
  });

  test('what is not there is the candidate’s failure', async () => {
    const missing = await assertFile(
      sandbox(),
      { code: INCREMENT, file: 'from solution import g\nassert g(1) == 2\n' },
      'raised',
    );
    assert.deepEqual([missing.during, missing.exception.type], ['check', 'ImportError']);
    const attribute = await assertFile(
      sandbox(),
      { code: INCREMENT, file: 'import solution\ng = solution.g\nassert g(1)' },
      'raised',
    );
    assert.equal(attribute.exception.type, 'AttributeError');
    const unimported = await assertFile(sandbox(), { code: INCREMENT, file: 'x = g(1)\nassert x' }, 'raised');
    assert.equal(unimported.exception.type, 'NameError');
  });

  test('a candidate that does not load has no test run', async () => {
    const file = 'import solution\nassert True\n';
    await assertFile(sandbox(), { code: 'def f(:', file }, 'syntax-error');
    for (const code of ['1 / 0', 'import sys\nsys.exit(0)', 'raise SystemExit', 'raise KeyboardInterrupt'])
      assert.equal((await assertFile(sandbox(), { code, file }, 'raised')).during, 'load');
  });

  test('a test file that does not run is refused with its line', async () => {
    const refused = (file: string, message: RegExp) => assertFileRefused(sandbox(), { code: INCREMENT, file }, message);
    await refused('x = 1\nassert f(1) ==\n', /SyntaxError: .* \(line 2\)/);
    await refused('import unittest\nimport nosuchpackage\nassert True\n', /No module named 'nosuchpackage' \(line 2\)/);
    await refused('from solution import f\nx = 1\n\ny = {}["key"]\nassert f(1)\n', /KeyError: 'key' \(line 4\)/);
    await refused('import sys\nfrom solution import f\nsys.exit(0)\nassert f(1)\n', /SystemExit: 0 \(line 3\)/);
    await refused('from solution import f\nf(1)\n', /made no check/);
  });

  test('a candidate cannot have a test file refused that ran with another one', async () => {
    const file = 'import decimal\nfrom solution import f\nassert f(1) == 2\n';
    const hiding = `import sys\nsys.modules["decimal"] = None\n${INCREMENT}`;
    await assertFile(sandbox(), { code: INCREMENT, file }, 'passed');
    const verdict = await assertFile(sandbox(), { code: hiding, file }, 'raised');
    assert.match(verdict.exception.message, /ModuleNotFoundError: .*decimal.* \(line 1\)/);
  });

  test('an error of the test file that comes of what the candidate gave is the candidate’s', async () => {
    const code = 'def f(x):\n    return None';
    const file = 'from solution import f\ntotal = f(1) + 1\nassert total == 2\n';
    assert.equal((await assertFile(sandbox(), { code, file }, 'raised')).exception.type, 'TypeError');
  });

  test('a file of which no test runs to its end has proven nothing', async () => {
    const skipped =
      'import unittest\nclass A(unittest.TestCase):\n    @unittest.skip("no")\n    def test_a(self):\n        pass\n';
    const none = await assertFile(sandbox(), { code: INCREMENT, file: skipped }, 'failed');
    assert.match(none.checks[0]?.source ?? '', /at least one test runs and passes/);
    const unreached = 'import solution\nif not hasattr(solution, "f"):\n    assert False\n';
    await assertFile(sandbox(), { code: INCREMENT, file: unreached }, 'failed');
  });

  test('a time-out, an exit and a crash name the test under way; what ended before is kept', async () => {
    const file =
      'import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(True)\n    def test_b(self):\n        f(1)\n';
    const loop = { code: 'def f(x):\n    while True: pass', file, timeoutSeconds: 1 };
    const late = await assertFile(sandbox(), loop, 'timed-out');
    assert.deepEqual([late.source, late.during, late.checksPassed], ['A.test_b', 'check', 1]);
    const exit = await assertFile(sandbox(), { code: 'import os\ndef f(x):\n    os._exit(0)', file }, 'crashed');
    assert.deepEqual([exit.source, exit.testedBy], ['A.test_b', 'unittest']);
    const bomb = 'def f(x):\n    xs = []\n    while True:\n        xs.append(memoryview(bytes(10 ** 7)))';
    assert.equal((await assertFile(sandbox(), { code: bomb, file }, 'out-of-memory')).source, 'A.test_b');
  });

  test('reports end at the first failure where that is asked for', async () => {
    for (const file of [UNITTEST, 'assert f(1) == 1\nassert f(2) == 1\n']) {
      const verdict = await runFile(sandbox(), { code: INCREMENT, file, report: 'first' });
      assert.equal(verdict.checksFailed, 1);
    }
  });

  test('what code and tests print is kept, in order', async () => {
    const code = 'def f(x):\n    print("code", x)\n    return x';
    const file = 'from solution import f\nprint("tests")\nassert f(1) == 1\n';
    assert.equal((await assertFile(sandbox(), { code, file }, 'passed')).output, 'tests\ncode 1\n');
  });

  testPytestFiles(sandbox, withoutPytest);
}
