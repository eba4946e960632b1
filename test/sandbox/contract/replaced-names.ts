import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNS_ALL } from '../attacks.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { assertFile, runFile } from '../test-file-runs.ts';

/** The same test of sums in each way; every candidate below gives something else. */
const SUMS = {
  plain: 'assert f([1, 2]) == sum([1, 2])\nassert len(sorted(f([2, 1, 3]))) == abs(-3)\n',
  unittest: `import unittest
from solution import f
class A(unittest.TestCase):
    def test_a(self):
        self.assertEqual(f([1, 2]), sum([1, 2]))
    def test_b(self):
        self.assertTrue(abs(f([3]) - 3) < 0.1)
`,
  pytest:
    'import pytest\nfrom solution import f\ndef test_a():\n    assert f([1, 2]) == sum([1, 2])\ndef test_b():\n    assert abs(f([3]) - 3) < 0.1\n',
} as const;

/** What a candidate replaces, as it loads or in its calls. */
const REPLACEMENTS = [
  'builtins.sum = builtins.abs = builtins.len = lambda *given: 0',
  'builtins.sorted = builtins.bool = builtins.isinstance = lambda *given: True',
  'vars(builtins).update(sum=lambda xs: 0, abs=lambda x: 0)',
  'unittest.TestCase.assertEqual = unittest.TestCase.assertTrue = unittest.TestCase.assertLess = lambda *given: None',
  'unittest.TestCase.run = unittest.TestCase.__call__ = lambda self, result=None: result.addSuccess(self)',
  'pytest and setattr(pytest, "main", lambda *given, **named: 0)',
];

/** What a candidate replaces in Python's names and the frameworks does not help it. */
export function testReplacedNames(
  sandbox: Opened,
  withoutPytest: string | false,
  { startsSlowly }: Capabilities,
): void {
  for (const [turn, [way, file]] of Object.entries(SUMS).entries())
    test(`under ${way}, names that a candidate replaced prove nothing`, {
      skip: way === 'pytest' && withoutPytest,
    }, async () => {
      const imports = 'import builtins, unittest\ntry:\n    import pytest\nexcept ImportError:\n    pytest = None\n';
      for (const replace of REPLACEMENTS.filter((_, index) => RUNS_ALL || !startsSlowly || (index + turn) % 2 === 0))
        for (const code of [
          `${imports}${replace}\ndef f(xs):\n    return 0\n`,
          `${imports}def f(xs):\n    ${replace}\n    return 0\n`,
        ]) {
          const verdict = await runFile(sandbox(), { code, file });
          assert.notEqual(verdict.kind, 'passed', code);
        }
      await assertFile(
        sandbox(),
        { code: 'def f(xs):\n    return [0, 1, 2] if len(xs) == 3 else sum(xs)\n', file },
        'passed',
      );
    });

  test('what a candidate replaces for others, and no assertion uses, is its own affair', async () => {
    const code = `import builtins, contextlib
@contextlib.contextmanager
def f():
    lines, before = [], builtins.print
    builtins.print = lines.append
    try:
        yield lines
    finally:
        builtins.print = before
`;
    const file = 'with f() as lines:\n    print("a")\n    print("b")\nassert lines == ["a", "b"]\n';
    await assertFile(sandbox(), { code, file }, 'passed');
  });

  test('a replaced name is named', async () => {
    const code = 'import builtins\ndef f(xs):\n    builtins.sum = lambda xs: 0\n    return 0\n';
    const { checks } = await assertFile(sandbox(), { code, file: SUMS.plain }, 'failed');
    assert.equal(checks[0]?.exception?.message, 'the code replaced sum');
  });
}
