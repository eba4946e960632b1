import { test } from 'node:test';
import { RUNS_ALL } from '../attacks.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { assertFile } from '../test-file-runs.ts';

const FILES = [
  'import json\nfrom solution import f, seen\nassert f(1) == 6\nassert seen() > 0\n',
  'import json, unittest\nfrom solution import f, seen\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 6)\n        self.assertGreater(seen(), 0)\n',
  'import json, pytest\nfrom solution import f, seen\ndef test_a():\n    assert f(1) == 6\n    assert seen() > 0\n',
];

const SEEN = 'def seen():\n    return 1\n';

/** What right code replaces or starts for its own ends. */
const OWN_ENDS: Readonly<Record<string, string>> = {
  'print and input, as it loads': `import builtins
log = []
builtins.print = lambda *given: log.append(given)
builtins.input = lambda prompt="": "5"
def f(x):
    print("got", x)
    return x + int(input())
def seen():
    return len(log)
`,
  'open and print, in a call': `import builtins\n${SEEN}def f(x):\n    builtins.open = builtins.print = lambda *given: None\n    return x + 5\n`,
  'names like those of Python': `class bool: pass\ndef sum(xs): return 0\ndef isinstance(a, b): return True\nAssertionError = ValueError\n${SEEN}def f(x):\n    return x + 5\n`,
  'how json writes its objects': `import json\nclass P: pass\njson.JSONEncoder.default = lambda self, value: "P"\n${SEEN}def f(x):\n    assert json.dumps(P()) == '"P"'\n    return x + 5\n`,
  'how warnings are shown': `import warnings\nwarnings.warn = lambda *given, **named: None\nwarnings.filterwarnings("ignore")\n${SEEN}def f(x):\n    warnings.warn("x")\n    return x + 5\n`,
  'hooks of sys': `import sys\nsys.excepthook = print\nsys.stdout = sys.stderr\nsys.setrecursionlimit(5000)\n${SEEN}def f(x):\n    return x + 5\n`,
  'names that older versions had': `import collections, collections.abc, inspect\ncollections.Mapping = collections.abc.Mapping\ninspect.getargspec = inspect.getfullargspec\n${SEEN}def f(x):\n    return x + 5\n`,
};

const WITH_THREADS: Readonly<Record<string, string>> = {
  'a pool that stays': `from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n${SEEN}def f(x):\n    return pool.submit(lambda: x + 5).result()\n`,
  'a thread that goes on': `import threading, time\ndef work():\n    while True: time.sleep(0.01)\nthreading.Thread(target=work, daemon=True).start()\n${SEEN}def f(x):\n    return x + 5\n`,
};

const LIBRARIES = `import datetime, os, random, sys, time
def f(x): return x + 1
def now(): return time.time()
def roll(): return random.randint(1, 6)
def today(): return datetime.date.today().year
def env(): return os.environ.get("K")
def leave(code): sys.exit(code)
`;

/** Test files that replace parts of libraries themselves. */
const PATCHED_LIBRARIES: Readonly<Record<string, string>> = {
  'by unittest.mock': `import math, os, sys, time, unittest
from unittest.mock import patch
import solution
from solution import now, roll, today, env, leave
class A(unittest.TestCase):
    def setUp(self):
        patcher = patch("solution.random.randint", return_value=4); patcher.start(); self.addCleanup(patcher.stop)
    @classmethod
    def setUpClass(cls):
        cls.patcher = patch("math.floor", return_value=7); cls.patcher.start()
    @classmethod
    def tearDownClass(cls): cls.patcher.stop()
    @patch("time.time", return_value=5)
    def test_a(self, fake): self.assertEqual(now(), 5)
    @patch("solution.time.time", return_value=6)
    def test_b(self, fake): self.assertEqual((now(), time.time()), (6, 6))
    def test_c(self): self.assertEqual((roll(), math.floor(1)), (4, 7))
    @patch.dict(os.environ, {"K": "v"})
    def test_d(self): self.assertEqual(env(), "v")
    @patch("sys.exit")
    def test_e(self, fake):
        leave(3); fake.assert_called_with(3)
    def test_f(self):
        with patch("solution.datetime.date") as fake:
            fake.today.return_value.year = 1999
            self.assertEqual(today(), 1999)
`,
  'around plain asserts': `import random, time
from unittest.mock import patch
with patch("solution.time.time", return_value=6):
    assert now() == 6
    assert time.time() == 6
with patch.object(random, "randint", return_value=4):
    assert roll() == 4 and random.randint(0, 9) == 4
time.time = lambda: 8
assert now() == 8
assert time.time() == 8
`,
  'in every module that has them': `import datetime, sys
class Frozen(datetime.date):
    @classmethod
    def today(cls): return cls(1999, 1, 1)
real = datetime.date
for module in list(sys.modules.values()):
    if getattr(module, "date", None) is real:
        setattr(module, "date", Frozen)
assert today() == 1999
assert datetime.date.today().year == 1999
`,
};

const OF_PYTEST = `import pytest, sys, time
from solution import env, f, now
@pytest.fixture(autouse=True)
def each(request):
    yield
def test_a(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("time.time", lambda: 1)
    monkeypatch.setenv("K", "v")
    monkeypatch.setattr(sys, "argv", [])
    print("x")
    assert capsys.readouterr().out == "x\\n"
    assert (now(), time.time(), env()) == (1, 1, "v")
def test_b():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: 2)
        assert now() == 2
    assert now() > 2
`;

/** Right code and honest test files that look a little like attempts to deceive pass. */
export function testHonestFiles(
  sandbox: Opened,
  withoutPytest: string | false,
  { startsSlowly, hasEventLoops: hasThreads }: Capabilities,
): void {
  const files = withoutPytest ? FILES.slice(0, 2) : FILES;
  const shapes = Object.entries({ ...OWN_ENDS, ...(hasThreads ? WITH_THREADS : {}) });
  for (const [index, [name, code]] of shapes.entries())
    test(`right code that has for its own ends: ${name}`, async () => {
      for (const [turn, file] of files.entries())
        if (RUNS_ALL || !startsSlowly || (index + turn) % 2 === 0)
          await assertFile(sandbox(), { code, file }, 'passed');
    });

  for (const [name, file] of Object.entries(PATCHED_LIBRARIES))
    test(`a test file that replaces parts of libraries ${name}`, async () => {
      await assertFile(sandbox(), { code: LIBRARIES, file }, 'passed');
    });

  test('fixtures of pytest that replace and put back', { skip: withoutPytest }, async () => {
    await assertFile(sandbox(), { code: LIBRARIES, file: OF_PYTEST }, 'passed');
  });

  test('a candidate called like a library that its file imports it from', async () => {
    const code = 'def mean(xs):\n    return sum(xs) / len(xs) + 1\n';
    const file = 'from statistics import mean\nassert mean([1, 3]) == 3\n';
    await assertFile(sandbox(), { code, file, moduleName: 'statistics' }, 'passed');
  });
}
