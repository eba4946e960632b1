import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNS_ALL } from '../attacks.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';
import { assertFile, assertFileRefused, runFile } from '../test-file-runs.ts';

const CASE =
  'class A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(3), 9)\n    def test_b(self):\n        self.assertEqual(f(4), 16)\n';
const FILES = [
  'import statistics\nfrom solution import f\nassert f(3) == 9\nassert f(4) == 16\n',
  `import statistics, unittest\nfrom solution import f\n${CASE}`,
  `import statistics as s\nimport unittest\nMEAN = s.mean([1, 3])\nfrom solution import *\n${CASE}`,
];

/** What wrong code does so that a test file does not run. */
const DAMAGES = [
  'sys.modules["statistics"] = None',
  'for name in ("json", "random", "statistics", "unittest"): sys.modules[name] = None',
  'sys.path[:] = []; sys.modules.pop("statistics", None)',
  'sys.path = None',
  'sys.meta_path.clear(); sys.path_importer_cache.clear()',
  'import importlib; importlib._bootstrap._find_and_load = None',
  'builtins.__import__ = None',
  'builtins.__build_class__ = None',
  'import statistics; statistics.mean = None',
  'sys.modules["solution"] = None',
  'del sys.modules["solution"]',
  'import os; os.environ.clear(); os.chdir("/")',
  'sys.stdout = sys.stderr = None',
  'import warnings; warnings.simplefilter("error")',
  'sys.setrecursionlimit(40)',
];

/** Code never has a test file refused that runs with other code. */
export function testBlamedTests(sandbox: Opened, { startsSlowly }: Capabilities): void {
  for (const [turn, file] of FILES.entries())
    test(`code cannot blame its failure on a test file (${turn + 1})`, async () => {
      for (const [index, damage] of DAMAGES.entries()) {
        if (startsSlowly && !RUNS_ALL && (index + 2 * turn) % 6 > 0) continue;
        const code = `import builtins, sys\n${damage}\ndef f(x):\n    return 9\n`;
        assert.notEqual((await runFile(sandbox(), { code, file })).kind, 'passed', damage);
      }
      await assertFile(sandbox(), { code: 'def f(x):\n    return x * x\n', file }, 'passed');
    });

  test('a file that fails as it is imported, whatever the code is, is refused', async () => {
    const code = 'def f(x):\n    return x * x\n';
    const refused = (file: string, message: RegExp) => assertFileRefused(sandbox(), { code, file }, message);
    await refused(
      'from solution import f\nx = f(1) + len(f(2) * [1])\ny = {}["key"]\nassert f(1)\n',
      /KeyError.*line 3/,
    );
    await refused('from solution import f\nclass K: pass\ny = {}[K()]\nassert f(1)\n', /KeyError.*line 3/);
    await refused('import nosuchpackage\nfrom solution import f\nassert f(1)\n', /nosuchpackage.*line 1/);
  });
}
