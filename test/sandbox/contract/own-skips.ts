import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile, runFile } from '../test-file-runs.ts';

const CODE = 'def f(x):\n    return x + 1\n';

const UNITTEST = `import sys, unittest
from unittest import skip as later, SkipTest
from solution import f
needs = unittest.skipUnless(sys.platform == "other", "no")
def require():
    raise SkipTest("x")
class Mixin:
    def test_mixed(self):
        self.assertEqual(f(1), 2)
class A(Mixin, unittest.TestCase):
    @later("x")
    def test_a(self): f("")
    @unittest.skipIf(True, "y")
    def test_b(self): f("")
    @needs
    def test_c(self): f("")
    def test_d(self): self.skipTest("z")
    def test_e(self): require()
    @unittest.expectedFailure
    def test_f(self): self.assertEqual(f(1), 99)
    def test_g(self):
        for i in range(3):
            with self.subTest(i=i):
                if i == 1: self.skipTest("one")
                self.assertEqual(f(i), i + 1)
@unittest.skip("all")
class B(unittest.TestCase):
    def test_z(self): f("")
class C(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise unittest.SkipTest("class")
    def test_z(self): f("")
class D(unittest.TestCase):
    def setUp(self): self.skipTest("all of them")
    def test_z(self): f("")
`;

const PYTEST = `import pytest
from pytest import mark, param
from solution import f
slow = pytest.mark.skipif(True, reason="slow")
bad = pytest.mark.xfail
@pytest.mark.skip
def test_a(): f("")
@slow
def test_b(): assert f(0) == 9
@bad
def test_c(): assert f(1) == 9
@mark.xfail(strict=True)
def test_d(): assert f(1) == 9
def test_e():
    pytest.importorskip("nosuchmodule")
def test_f():
    if f(1) == 2:
        pytest.skip("later")
def test_g():
    pytest.xfail("later")
@pytest.mark.parametrize("x, y", [(1, 2), param(2, 9, marks=mark.xfail), param(3, 9, marks=mark.skip), param(4, 5)])
def test_h(x, y): assert f(x) == y
@pytest.fixture
def gone():
    pytest.skip("no fixture")
def test_i(gone): assert False
class TestX:
    pytestmark = pytest.mark.skip
    def test_j(self): assert False
`;

/** Files that choose their tests in ways that are not plainly written. */
const CHOOSING: Readonly<Record<string, string>> = {
  'a base class that is deleted': `import unittest
from solution import f
class Base(unittest.TestCase):
    k = 1
    def test_a(self): self.assertEqual(f(self.k), self.k + 1)
class Other(Base):
    k = 2
del Base
`,
  'tests made in a loop': `import unittest
from solution import f
class A(unittest.TestCase):
    pass
for i in range(3):
    setattr(A, f"test_{i}", lambda self, i=i: self.assertEqual(f(i), i + 1))
`,
  'a decorator of its own': `import functools, unittest
from solution import f
def repeat(n):
    def decorate(function):
        @functools.wraps(function)
        def run(self):
            for i in range(n): function(self, i)
        return run
    return decorate
class A(unittest.TestCase):
    @repeat(3)
    def test_a(self, i): self.assertEqual(f(i), i + 1)
`,
};

/** Skips and expected failures of the file itself are no failures; those that its text does not name are. */
export function testOwnSkips(sandbox: Opened, withoutPytest: string | false): void {
  test('what a file of unittest skips, or expects to fail, does not fail', async () => {
    await assertFile(sandbox(), { code: CODE, file: UNITTEST }, 'passed');
    const wrong = await runFile(sandbox(), { code: CODE.replace('1', '2'), file: UNITTEST });
    assert.equal(wrong.kind, 'failed');
  });

  test('what a file of pytest skips, or expects to fail, does not fail', { skip: withoutPytest }, async () => {
    for (const file of [PYTEST, `${UNITTEST}import pytest\n`]) {
      await assertFile(sandbox(), { code: CODE, file }, 'passed');
      assert.equal((await runFile(sandbox(), { code: CODE.replace('1', '2'), file })).kind, 'failed');
    }
  });

  for (const [name, file] of Object.entries(CHOOSING))
    test(`a file that chooses its tests: ${name}`, async () => {
      await assertFile(sandbox(), { code: CODE, file }, 'passed');
    });

  test('a skip that the file does not name is a failure, and one in a test that may skip elsewhere too', async () => {
    const code = `import unittest
unittest_skip = unittest.SkipTest("no")
class Odd(int):
    def __eq__(self, other):
        raise unittest_skip
    __hash__ = int.__hash__
def f(x):
    return x + 1 if x < 2 else Odd(x)
`;
    const file = (also: string) =>
      `import sys, unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 2)\n    def test_b(self):\n${also}        self.assertEqual(f(2), 3)\n`;
    for (const also of ['', '        if sys.platform == "other": self.skipTest("no")\n'])
      assert.notEqual((await runFile(sandbox(), { code, file: file(also) })).kind, 'passed');
  });
}
