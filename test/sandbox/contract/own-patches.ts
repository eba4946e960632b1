import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile, runFile } from '../test-file-runs.ts';

const ASK = `def f():
    return int(input("n? ")) + 1

def show(text):
    print(text)
    return len(text)

def read(path):
    with open(path) as file:
        return file.read()
`;

/** Test files that patch built-in names around what they check. */
const PATCHED: Readonly<Record<string, string>> = {
  'around a plain assert': `from unittest.mock import patch
with patch("builtins.input", return_value="41"):
    assert f() == 42
    assert f() == 42 and f() != 41
`,
  'several at once, as an object and by name': `import builtins
from unittest import mock
with mock.patch.object(builtins, "input", side_effect=["1", "2"]), mock.patch("builtins.print") as fake:
    assert f() == 2
    assert f() == 3
    assert show("abc") == 3
    fake.assert_called_once_with("abc")
assert show("ab") == 2
`,
  'open with made-up content': `from unittest.mock import mock_open, patch
with patch("builtins.open", mock_open(read_data="text")) as fake:
    assert read("nowhere") == "text"
    assert fake.call_args.args == ("nowhere",)
`,
  'by an assignment at the top of a plain file': `import builtins
answers = iter(["1", "2"])
builtins.input = lambda prompt="": next(answers)
assert f() == 2
assert f() == 3
`,
  'in a loop over names': `import builtins
seen = []
for name in ("input", "print"):
    setattr(builtins, name, lambda *given, name=name: seen.append((name, *given)) or "7")
assert f() == 8
assert show("abc") == 3
assert seen == [("input", "n? "), ("print", "abc")]
`,
  'through the dict of the module': `import builtins
vars(builtins)["input"] = lambda *given: "5"
assert f() == 6
builtins.__dict__.update(input=lambda *given: "6")
assert f() == 7
`,
  'by a started patch': `import unittest.mock
patcher = unittest.mock.patch("builtins.input", return_value="1")
patcher.start()
assert f() == 2
assert f() == 2
patcher.stop()
`,
  'in setUp, in a decorator, and for a class of unittest': `import unittest
from unittest.mock import patch
from solution import f, show
class A(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.patcher = patch("builtins.print")
        cls.print = cls.patcher.start()
    @classmethod
    def tearDownClass(cls):
        cls.patcher.stop()
    def setUp(self):
        patcher = patch("builtins.input", return_value="41")
        patcher.start()
        self.addCleanup(patcher.stop)
    def test_a(self):
        self.assertEqual(f(), 42)
    def test_b(self):
        show("x")
        self.print.assert_called_once_with("x")
    @patch("builtins.input", side_effect=["3"])
    def test_c(self, fake):
        self.assertEqual(f(), 4)
`,
  'an assertion of its own for every class of unittest': `import unittest
from solution import show
def assert_length(self, text, length):
    self.assertEqual(show(text), length)
unittest.TestCase.assertLength = assert_length
class A(unittest.TestCase):
    def test_a(self):
        self.assertLength("abc", 3)
    def test_b(self):
        self.assertLength("ab", 2)
`,
};

const OF_PYTEST: Readonly<Record<string, string>> = {
  'at the top of a file of tests': `import builtins
from solution import f
builtins.input = lambda prompt="": "41"
def test_a():
    assert f() == 42
def test_b():
    assert f() == 42
`,
  'in fixtures': `import pytest
from solution import f, show
@pytest.fixture(scope="module", autouse=True)
def fake():
    patch = pytest.MonkeyPatch()
    patch.setattr("builtins.input", lambda *given: "41")
    yield
    patch.undo()
@pytest.fixture
def silent(monkeypatch):
    monkeypatch.setattr("builtins.print", lambda text: None)
def test_a(silent):
    assert show("a") == 1
    assert f() == 42
def test_b():
    assert f() == 42
`,
};

/** A test file's own patches of Python's names last. */
export function testOwnPatches(sandbox: Opened, withoutPytest: string | false): void {
  for (const [name, file] of Object.entries({ ...PATCHED, ...(withoutPytest ? {} : OF_PYTEST) }))
    test(`a test’s own patch: ${name}`, async () => {
      await assertFile(sandbox(), { code: ASK, file }, 'passed');
      const wrong = ASK.replace('+ 1', '+ 2')
        .replace('len(text)', 'len(text) + len(text)')
        .replace('read()', 'read(1)');
      assert.notEqual((await runFile(sandbox(), { code: wrong, file })).kind, 'passed');
    });
}
