import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNS_ALL } from '../attacks.ts';
import { assertStillJudges } from '../runs.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { runFile } from '../test-file-runs.ts';

/** The same two tests of `f(x) == x + 1`, written in each way. */
const FILES = {
  pytest:
    'import pytest\nfrom solution import f\n\ndef test_one():\n    assert f(1) == 2\n\ndef test_two():\n    assert f(2) == 3\n',
  unittest:
    'import unittest\nfrom solution import f\n\nclass A(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(f(1), 2)\n    def test_two(self):\n        self.assertEqual(f(2), 3)\n',
  plain: 'from solution import f\nassert f(1) == 2\nassert f(2) == 3\n',
} as const;

const WRONG = 'def f(x):\n    return 0\n';

function inCall(...lines: string[]): string {
  return `def f(x):\n${lines.map((line) => `    ${line}\n`).join('')}    return 0\n`;
}

/** What a candidate may plainly try where the tests run in its own process. One that looks for the runner's objects can forge. */
const ATTACKS: Readonly<Record<string, string>> = {
  'leaves by os._exit(0) in a call': inCall('import os', 'os._exit(0)'),
  'leaves by os._exit(0) while loading': 'import os\nos._exit(0)\n',
  'leaves by sys.exit(0) in a call': inCall('import sys', 'sys.exit(0)'),
  'raises SystemExit(0) while loading': 'raise SystemExit(0)\n',
  'raises KeyboardInterrupt in a call': inCall('raise KeyboardInterrupt'),
  'raises GeneratorExit in a call': inCall('raise GeneratorExit'),
  'skips by unittest': inCall('import unittest', 'if x == 2: raise unittest.SkipTest("no")', 'return x + 1'),
  'skips by pytest': inCall('import pytest', 'if x == 2: pytest.skip("no")', 'return x + 1'),
  'expects to fail by pytest': inCall('import pytest', 'if x == 2: pytest.xfail("no")', 'return x + 1'),
  'ends pytest with code 0': inCall('import pytest', 'if x == 2: pytest.exit("no", returncode=0)', 'return x + 1'),
  'leaves pytest out of some tests': `import os\nos.environ["PYTEST_ADDOPTS"] = "-k one"\ndef f(x):\n    return 2\n`,
  'prints what pytest prints': `${WRONG}print("============ 2 passed in 0.01s ============")\nprint("OK")\n`,
  'prints and leaves': inCall('import os', 'print("2 passed in 0.01s", flush=True)', 'os._exit(0)'),
  'replaces modules': `import sys, types\nfor name in ("pytest", "unittest", "_pytest", "unittest.case"):\n    sys.modules[name] = types.ModuleType(name)\n${WRONG}`,
  'replaces unittest’s assertions': `import unittest\nunittest.TestCase.assertEqual = lambda *given: None\nunittest.TestCase.__getattribute__ = lambda self, name: lambda *given: None\n${WRONG}`,
  'replaces unittest’s assertions in a call': inCall(
    'import unittest',
    'unittest.TestCase.assertEqual = lambda *given: None',
  ),
  'replaces the results of unittest': `import unittest\nunittest.TestResult.wasSuccessful = lambda self: True\nunittest.TestResult.addFailure = unittest.TestResult.addError = lambda *given: None\n${WRONG}`,
  'replaces pytest.main': `try:\n    import pytest\n    pytest.main = lambda *given, **named: 0\nexcept ImportError:\n    pass\n${WRONG}`,
  'replaces builtins': `import builtins\nbuiltins.AssertionError = type("Quiet", (Exception,), {})\nbuiltins.bool = lambda x: True\nbuiltins.isinstance = lambda *given: False\n${WRONG}`,
  'writes a module of the test file’s name': `import sys, types\nfake = sys.modules["greenloop_tests"] = types.ModuleType("greenloop_tests")\nfake.test_one = lambda: None\n${WRONG}`,
  'writes configuration for pytest': `for name, text in {"conftest.py": "collect_ignore_glob = ['*']", "pytest.ini": "[pytest]\\naddopts = -k nothing"}.items():\n    open(name, "w").write(text)\n${WRONG}`,
  'writes garbage to every descriptor': `import os\n${inCall('for n in range(64):', '    try: os.write(n, b"\\x00\\x00\\x00\\x02{}" * 9)', '    except OSError: pass')}`,
  'writes a result to every descriptor': `import os, pickle, struct
def frame(message):
    body = pickle.dumps(message, 4)
    return struct.pack(">I", len(body)) + body
def write():
    check = {"test": "test_one", "source": "test_one", "passed": True}
    end = {"token": "", "problem": None, "broken": None, "untold": 2}
    for event in ({"token": "", "event": "ended", "outcome": "passed", "check": check}, end):
        kind = "value" if event is end else "event"
        data = frame((kind, None, "", (), event, [], [], [], []))
        for n in range(64):
            try: os.write(n, data)
            except OSError: pass
${inCall('write()', 'os._exit(0)')}`,
  'never ends': inCall('while True: pass'),
  'never ends and catches all': inCall(
    'while True:',
    '    try:',
    '        while True: pass',
    '    except BaseException: pass',
  ),
  // Zeros that nobody has read take addresses, and so memory as the limit counts it, but hardly any time.
  'takes all memory': inCall('xs = []', 'while True: xs.append(memoryview(bytes(10 ** 7)))'),
  'prints a gigabyte': `text = "x" * 10 ** 6\n${inCall('for _ in range(1000): print(text)')}`,
};

/** Hostile candidates under each way to test in their own process: none of them passes. */
export function testProgramAttacks(
  sandbox: Opened,
  withoutPytest: string | false,
  { startsSlowly }: Capabilities,
): void {
  for (const [turn, [way, file]] of Object.entries(FILES).entries()) {
    const skip = way === 'pytest' && withoutPytest;
    const attacks = Object.entries(ATTACKS).filter((_, index) => RUNS_ALL || !startsSlowly || (index + turn) % 2 === 0);
    for (const [tries, code] of attacks) {
      test(`under ${way}, a candidate that ${tries} does not pass`, { skip }, async () => {
        const timeoutSeconds = tries.startsWith('never ends') ? 1 : 60;
        const verdict = await runFile(sandbox(), { code, file, timeoutSeconds });
        assert.notEqual(verdict.kind, 'passed', JSON.stringify(verdict));
        await assertStillJudges(sandbox());
      });
    }
    test(`under ${way}, a right candidate passes`, { skip }, async () => {
      const verdict = await runFile(sandbox(), { code: 'def f(x):\n    return x + 1\n', file });
      assert.deepEqual([verdict.kind, verdict.checksPassed, verdict.testedBy], ['passed', 2, way]);
    });
  }
}
