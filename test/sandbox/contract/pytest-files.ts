import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile, assertFileRefused, failuresOf, runFile } from '../test-file-runs.ts';

const INCREMENT = 'def f(x):\n    return x + 1\n\ndef fail(x):\n    raise ValueError(f"no {x}")\n';

const FILE = `import pytest
from solution import f, fail


@pytest.mark.parametrize("x, wanted", [(1, 2), (2, 4)])
def test_values(x, wanted):
    assert f(x) == wanted


class TestErrors:
    def test_error(self):
        with pytest.raises(ValueError, match="no 1"):
            fail(1)

    def test_no_error(self):
        with pytest.raises(KeyError):
            f(1)

    def test_raises(self):
        fail(2)


@pytest.fixture
def one():
    return 1


def test_fixture(one, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("text")
    monkeypatch.setattr("solution.f", None)
    print("caught")
    assert capsys.readouterr().out == "caught\\n"
    assert not f(one)
`;

const FUNCTIONS =
  'def test_a():\n    assert f(1) == 2\n\nclass TestB:\n    def test_b(self):\n        assert f(1) == 3\n';

/** Test files for pytest, with it or without it. */
export function testPytestFiles(sandbox: Opened, withoutPytest: string | false): void {
  test('test functions and classes run with pytest and without it', async () => {
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file: FUNCTIONS }, 'failed');
    assert.equal(verdict.testedBy, withoutPytest === false ? 'pytest' : 'plain');
    assert.deepEqual(failuresOf(verdict), [['TestB.test_b', 'f(1) == 3', '2', '3']]);
    assert.deepEqual(
      verdict.checks.filter(({ passed }) => passed).map(({ test: name }) => name),
      ['test_a'],
    );
  });

  test('a file that needs pytest is refused where there is none', { skip: !withoutPytest }, async () => {
    for (const file of [FILE, 'def test_a(tmp_path):\n    assert f(1) == 2\n', 'import pytest\nassert f(1) == 2\n'])
      await assertFileRefused(sandbox(), { code: INCREMENT, file }, /need pytest, which .* does not have: install it/);
  });

  const pytest = { skip: withoutPytest };

  test('pytest: plain asserts may use it', pytest, async () => {
    const file =
      'import pytest\nfrom solution import f, fail\nassert f(0.1) == pytest.approx(1.1)\nwith pytest.raises(ValueError):\n    fail(1)\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'passed');
    assert.deepEqual([verdict.testedBy, verdict.checksPassed], ['plain', 1]);
  });

  test('pytest: each failed test with its assertion and the values', pytest, async () => {
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file: FILE }, 'failed');
    assert.equal(verdict.testedBy, 'pytest');
    assert.deepEqual(failuresOf(verdict), [
      ['test_values[2-4]', 'f(x) == wanted', '3', '4'],
      ['TestErrors.test_no_error', 'with pytest.raises(KeyError): f(1)', null, null],
      ['TestErrors.test_raises', 'fail(2)', null, null],
      ['test_fixture', 'not f(one)', 'False', null],
    ]);
    assert.equal(verdict.checksPassed, 2);
    assert.match(verdict.checks[1]?.exception?.message ?? '', /DID NOT RAISE/);
    assert.equal(verdict.checks[2]?.exception?.line, 5);
    assert.equal(verdict.output, '');
  });

  test('pytest: a file of unittest’s classes that imports it', pytest, async () => {
    const file =
      'import unittest\nimport pytest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 3)\n    @pytest.mark.skip\n    def test_b(self):\n        pass\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'failed');
    assert.deepEqual(failuresOf(verdict), [['A.test_a', 'f(1) == 3', '2', '3']]);
  });

  test('pytest: skipped, expected to fail, and nothing else is no pass', pytest, async () => {
    const skipped =
      'import pytest\n@pytest.mark.skip\ndef test_a():\n    pass\n@pytest.mark.xfail\ndef test_b():\n    assert f(1) == 1\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file: skipped }, 'failed');
    assert.match(verdict.checks[0]?.source ?? '', /at least one test runs and passes \(2 skipped\)/);
    await assertFile(sandbox(), { code: INCREMENT, file: `${skipped}def test_c():\n    assert f(1) == 2\n` }, 'passed');
    const unused = { code: INCREMENT, file: 'import pytest\ndef helper():\n    assert f(1)\n' };
    await assertFileRefused(sandbox(), unused, /made no check/);
  });

  test('pytest: a teardown that fails fails the test', pytest, async () => {
    const file =
      'import pytest\n@pytest.fixture\ndef value():\n    yield 1\n    assert f(1) == 5\ndef test_a(value):\n    assert f(value) == 2\n';
    const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'failed');
    assert.deepEqual(failuresOf(verdict), [['test_a', 'f(1) == 5', '2', '5']]);
    assert.equal(verdict.checksPassed, 0);
  });

  test(
    'pytest: a file that does not run is refused, one that asks for what is not there has failed',
    pytest,
    async () => {
      const refused = (file: string, message: RegExp) =>
        assertFileRefused(sandbox(), { code: INCREMENT, file }, message);
      await refused('import pytest\nimport nosuchpackage\ndef test_a():\n    pass\n', /'nosuchpackage' \(line 2\)/);
      await refused(
        'import pytest\ndef test_a(nosuchfixture):\n    pass\n',
        /test_a wants a fixture .*: nosuchfixture/,
      );
      const file = 'from solution import g\ndef test_a():\n    assert g(1) == 2\n';
      const verdict = await assertFile(sandbox(), { code: INCREMENT, file }, 'raised');
      assert.equal(verdict.exception.type, 'ImportError');
      assert.equal(verdict.checksFailed, 1);
    },
  );

  test('pytest: a time-out names the test; a report may end at the first failure', pytest, async () => {
    const code = 'import time\ndef f(x):\n    time.sleep(600 * x)\n    return x';
    const file = 'def test_a():\n    assert f(0) == 0\ndef test_b():\n    assert f(1) == 1\n';
    const late = await assertFile(sandbox(), { code, file, timeoutSeconds: 3 }, 'timed-out');
    assert.deepEqual([late.source, late.checksPassed], ['test_b', 1]);
    assert.equal((await runFile(sandbox(), { code: INCREMENT, file: FILE, report: 'first' })).checksFailed, 1);
  });
}
