import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNS_ALL } from '../attacks.ts';
import { assertStillJudges } from '../runs.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { assertFile, runFile } from '../test-file-runs.ts';

const FILES = {
  plain: 'from solution import f\nassert f(3) == 9\nassert f(4) == 16\n',
  unittest:
    'import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(3), 9)\n    def test_b(self):\n        self.assertEqual(f(4), 16)\n',
  pytest:
    'import pytest\nfrom solution import f\ndef test_a():\n    assert f(3) == 9\ndef test_b():\n    assert f(4) == 16\n',
} as const;

/** The same test with a library that the file imports, or that plain asserts use without importing it. */
const WITH_LIBRARY = [
  'import math\nfrom solution import f\nassert math.isclose(f(2), 1.4142, rel_tol=1e-3)\nassert math.isclose(f(4), 2)\n',
  'assert math.isclose(f(2), 1.4142, rel_tol=1e-3)\nassert math.isclose(f(4), 2)\n',
  'import math, unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(math.isclose(f(2), 1.4142, rel_tol=1e-3))\n    def test_b(self):\n        self.assertTrue(math.isclose(f(4), 2))\n',
];

/** What wrong code replaces as it loads, or in its calls; each a line or two, none of which searches memory. */
const PATCHES = [
  'builtins.bool = lambda value: True',
  'builtins.AssertionError = skipped',
  'builtins.AssertionError = type("Quiet", (BaseException,), {})',
  'builtins.isinstance = lambda *given: False',
  'builtins.issubclass = lambda *given: True',
  'builtins.BaseException = builtins.Exception = KeyError',
  'builtins.repr = skip',
  'unittest.TestCase._getAssertEqualityFunc = lambda *given: lambda *values, **named: None',
  'unittest.TestCase.failureException = unittest.SkipTest',
  'unittest.TestCase.failureException = unittest.case._ShouldStop',
  'unittest.TestLoader.testMethodPrefix = "test_a"; unittest.defaultTestLoader.testNamePatterns = ["*test_a"]',
  'unittest.TestLoader.getTestCaseNames = lambda *given: ["test_a"]',
  'unittest.TestCase.__unittest_skip__ = True',
  'unittest.TestCase.__unittest_expecting_failure__ = True',
  'unittest.TestCase._callTestMethod = lambda *given: None',
  'unittest.TestCase.longMessage = property(skip)',
  'unittest.case.safe_repr = unittest.util.safe_repr = skip',
  'unittest.TestSuite.run = lambda self, result, debug=False: result',
  'unittest.TestCase.assertEqual = type("Any", (), {"__eq__": lambda *given: True, "__call__": lambda *given: None, "__hash__": id})()',
  'contextlib._GeneratorContextManager.__exit__ = lambda self, *given: (next(self.gen, None), True)[1]',
  'contextlib._GeneratorContextManagerBase.__exit__ = lambda *given: True',
  'warnings.catch_warnings.__exit__ = lambda *given: True',
  'operator.eq = operator.is_ = operator.lt = lambda *given: True',
  'difflib.ndiff = difflib.unified_diff = pprint.pformat = skip',
  'inspect.iscoroutinefunction = inspect.isasyncgenfunction = lambda *given: True',
  'sys.exc_info = lambda: (None, None, None)',
  'sys.exc_info = as_skip(sys.exc_info)',
  'sys.settrace(trace_callers())',
  'sys.setprofile(lambda *given: None)',
  'once(contextlib._GeneratorContextManager, "__exit__", lambda self, *given: (next(self.gen, None), True)[1])',
  'once(unittest.TestCase, "_getAssertEqualityFunc", lambda *given: lambda *values, **named: None)',
  'once(unittest.TestCase, "_baseAssertEqual", lambda *given, **named: None)',
  'signal.signal(signal.SIGINT, lambda *given: None); sys.addaudithook(lambda *given: None); builtins.bool = lambda value: True',
  'threading.Thread(target=again, daemon=True).start(); time.sleep(0.03)',
  'threading.Thread(target=now_and_then, daemon=True).start(); time.sleep(0.03)',
];

const PRELUDE = `import builtins, contextlib, difflib, inspect, operator, pprint, signal, sys, threading, time, unittest, warnings
try:
    import pytest
    skipped = pytest.skip.Exception
except ImportError:
    skipped = unittest.SkipTest

def skip(*given, **named):
    raise skipped("no")

def once(owner, name, new):
    """Puts the real one back as it is used."""
    real = owner.__dict__[name]
    def back(*given, **named):
        setattr(owner, name, real)
        return new(*given, **named)
    setattr(owner, name, back)

def as_skip(real):
    def fake():
        kind, error, step = real()
        if kind is None or "Assertion" not in kind.__name__ and kind.__name__ != "RecordedFailure":
            return kind, error, step
        return skipped, skipped("no").with_traceback(step), step
    return fake

def trace(frame, event, given):
    frame.f_trace_opcodes = True
    held = frame.f_locals
    if frame.f_code.co_name == "_baseAssertEqual" and "second" in held: held["first"] = held["second"]
    if "holds" in held: held["holds"] = True
    for name in held:
        if name.startswith("@py_assert") and held[name] is False: held[name] = True
    return trace

def trace_callers():
    frame = sys._getframe(1)
    while frame is not None:
        frame.f_trace, frame.f_trace_opcodes = trace, True
        frame = frame.f_back
    return trace

real_equal, real_error = unittest.TestCase.assertEqual, AssertionError
def again():
    while True:
        unittest.TestCase.assertEqual = lambda *given: None
        builtins.AssertionError = skipped
        time.sleep(0)

def now_and_then():
    while True:
        unittest.TestCase.assertEqual = lambda *given: None
        builtins.AssertionError = skipped
        time.sleep(0.002)
        unittest.TestCase.assertEqual = real_equal
        builtins.AssertionError = real_error
        time.sleep(0.001)

`;

const OF_LIBRARIES = [
  'math.isclose = lambda *given, **named: True',
  'vars(math)["isclose"] = lambda *given, **named: True',
  'fake = sys.modules["math"] = types.ModuleType("math"); fake.isclose = lambda *given, **named: True',
];

function atLoad(patch: string): string {
  return `${PRELUDE}${patch}\ndef f(x):\n    return 9\n`;
}

function inCall(patch: string): string {
  return `${PRELUDE}def f(x):\n    ${patch}\n    return 9\n`;
}

/** A verdict other than a pass, or none where threads do not exist. */
async function assertNotPassed(sandbox: Opened, code: string, file: string): Promise<void> {
  const { kind } = await runFile(sandbox(), { code, file }).catch(() => ({ kind: 'unsupported' }));
  assert.notEqual(kind, 'passed', code);
}

/** Wrong code that replaces what the framework, Python or the file's libraries are made of does not pass. */
export function testPlainPatches(sandbox: Opened, withoutPytest: string | false, { startsSlowly }: Capabilities): void {
  for (const [turn, [way, file]] of Object.entries(FILES).entries())
    test(`under ${way}, plain patches forge no pass`, { skip: way === 'pytest' && withoutPytest }, async () => {
      for (const [index, patch] of PATCHES.entries()) {
        if (startsSlowly && !RUNS_ALL && (index + turn) % 8 > 0) continue;
        const isAtLoad = (index + turn) % 2 === 0;
        if (isAtLoad || RUNS_ALL) await assertNotPassed(sandbox, atLoad(patch), file);
        if (!isAtLoad || RUNS_ALL) await assertNotPassed(sandbox, inCall(patch), file);
      }
      await assertStillJudges(sandbox());
    });

  test('what a file uses of libraries is what it was', async () => {
    for (const [turn, file] of WITH_LIBRARY.entries()) {
      await assertFile(sandbox(), { code: 'def f(x):\n    return x ** 0.5\n', file }, 'passed');
      for (const [index, patch] of OF_LIBRARIES.entries()) {
        const imports = 'import math, sys, types\n';
        const isAtLoad = (index + turn) % 2 === 0;
        const code = isAtLoad
          ? `${imports}${patch}\ndef f(x):\n    return 9\n`
          : `${imports}def f(x):\n    ${patch}\n    return 9\n`;
        await assertNotPassed(sandbox, code, file);
      }
    }
  });

  test('a trace that ends in the call that began it is the code’s own affair', async () => {
    const code = `import sys
def f(x):
    lines = []
    def trace(frame, event, given):
        lines.append(event)
        return trace
    sys.settrace(trace)
    try:
        result = (lambda: x * x)()
    finally:
        sys.settrace(None)
    return result if lines else 0
`;
    for (const file of [FILES.plain, FILES.unittest]) await assertFile(sandbox(), { code, file }, 'passed');
  });
}
