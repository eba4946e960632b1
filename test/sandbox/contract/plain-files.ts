import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../src/base/errors.ts';
import { assertKind, assertPasses, run } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile, assertFileRefused, failuresOf } from '../test-file-runs.ts';

const DOUBLE =
  'def f(n):\n    return 2 * n\n\nif __name__ == "__main__":\n    raise SystemExit("not loaded as a program")\n';
const GUARD = 'if __name__ == "__main__":\n';
/** A byte-order mark, as Windows programs write it. */
const MARK = '\u{feff}';

/** Tests whose checks are made as a program is run. */
const GUARDED: Readonly<Record<string, string>> = {
  'asserts in the guard': `${GUARD}    assert f(1) == 2\n    assert f(3) == 6\n    print("all passed")\n`,
  'a function that the guard calls': `def run():\n    assert f(1) == 2\n\n\n${GUARD}    run()\n`,
  'functions that call each other': `def one(n):\n    two(n)\ndef two(n):\n    assert f(n) == 2 * n\ndef main():\n    for n in (1, 2):\n        one(n)\n${GUARD}    main()\n`,
  'functions in a list, and a class': `class Checks:\n    def all(self):\n        self.one()\n    def one(self):\n        assert f(1) == 2\ndef two():\n    assert f(2) == 4\n${GUARD}    for check in [Checks().all, two]:\n        check()\n`,
  'functions that are found by their names': `def check_one():\n    assert f(1) == 2\n${GUARD}    for name, value in list(globals().items()):\n        if name.startswith("check_"):\n            value()\n`,
  'a guard with its name on the right, and an end': `import sys\nif "__main__" == __name__:\n    assert f(1) == 2\n    sys.exit(0)\n`,
  'a decorator that runs': `def now(function):\n    function()\n    return function\n@now\ndef first():\n    assert f(1) == 2\n`,
  'a dataclass of its own': `from dataclasses import dataclass\n@dataclass\nclass Case:\n    n: "int"\n    wanted: int\n${GUARD}    for case in [Case(1, 2), Case(2, 4)]:\n        assert f(case.n) == case.wanted\n`,
};

const NEVER = [
  'def run():\n    assert f(1) == 2\n',
  'def one():\n    two()\ndef two():\n    assert f(1) == 2\n    one()\n',
  'class Checks:\n    def one(self):\n        assert f(1) == 2\n',
  'def run():\n    """run it"""\n    assert f(1) == 2\nx = f(1)\n',
];

/** Files of plain assertions: what runs of them, and what does not. */
export function testPlainFiles(sandbox: Opened): void {
  for (const [name, text] of Object.entries(GUARDED))
    test(`run as a program, in both modes: ${name}`, async () => {
      const wrong = DOUBLE.replace('2 * n', '3 * n');
      const file = `from solution import f\n${text}`;
      assert.ok((await assertFile(sandbox(), { code: DOUBLE, file }, 'passed')).checksPassed > 0);
      await assertFile(sandbox(), { code: wrong, file: text }, 'failed');
      await assertPasses(sandbox(), { code: DOUBLE, checks: text });
      await assertKind(sandbox(), { code: wrong, checks: text }, 'failed');
    });

  test('a file with tests keeps its runner, and its guard does not run', async () => {
    const file = `import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 2)\n${GUARD}    raise SystemExit("run as a program")\n`;
    assert.equal((await assertFile(sandbox(), { code: DOUBLE, file }, 'passed')).testedBy, 'unittest');
  });

  test('assertions that nothing can run are refused in both modes', async () => {
    for (const text of NEVER) {
      await assertFileRefused(sandbox(), { code: DOUBLE, file: text }, /made no check; write at least one assert/);
      await assert.rejects(run(sandbox(), { code: DOUBLE, checks: text }), Refusal);
    }
    await assertFileRefused(
      sandbox(),
      { code: DOUBLE, file: 'if f(1) != 2:\n    raise ValueError\n' },
      /made no check/,
    );
  });

  test('where the code decides whether a check is made, none made is a failure', async () => {
    const text = 'def look(xs):\n    for x in xs:\n        assert x > 0\nif __name__ == "__main__":\n    look(f(3))\n';
    for (const [code, kind] of [
      ['def f(n):\n    return [n]', 'passed'],
      ['def f(n):\n    return []', 'failed'],
    ] as const) {
      await assertFile(sandbox(), { code, file: text }, kind);
      await assertKind(sandbox(), { code, checks: text }, kind);
    }
  });

  test('a plain file that ends itself with a code other than 0 has failed', async () => {
    const file = 'import sys\nassert f(1) == 2\nif f(2) != 4:\n    sys.exit("wrong")\n';
    await assertFile(sandbox(), { code: DOUBLE, file }, 'passed');
    const late = 'def f(n):\n    return 2 if n == 1 else 5\n';
    assert.equal((await assertFile(sandbox(), { code: late, file }, 'raised')).exception.type, 'SystemExit');
  });

  test('a byte-order mark at the start of code, tests, setup or context is no part of them', async () => {
    const code = MARK + DOUBLE;
    await assertFile(sandbox(), { code, file: `${MARK}from solution import f\nassert f(2) == 4\n` }, 'passed');
    await assertFile(
      sandbox(),
      { code, file: `${MARK}from solution import f\ndef test_f():\n    assert f(2) == 4\n` },
      'passed',
    );
    await assertFile(
      sandbox(),
      {
        code,
        file: `${MARK}import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_f(self):\n        self.assertEqual(f(2), 4)\n`,
      },
      'passed',
    );
    const parts = {
      setup: `${MARK}TWO = 2`,
      context: `${MARK}def half(n):\n    return n / 2`,
      checks: `${MARK}assert half(f(TWO)) == 2`,
    };
    await assertPasses(sandbox(), { code, ...parts });
  });

  test('plain asserts have libraries and the context by name, and the code does not get them so', async () => {
    const file = 'assert math.floor(half(f(3))) == 3\nassert Counter(str(f(11))) == Counter("22")\n';
    const run = (code: string) =>
      sandbox().run({
        code,
        context: 'def half(n):\n    return n / 2\n',
        entryPoint: 'f',
        tests: { program: file, moduleName: 'solution' },
        timeoutSeconds: 60,
        report: 'all',
      });
    assert.equal((await run(DOUBLE)).kind, 'passed');
    const careless = await run('def f(n):\n    return math.floor(2 * n)\n');
    assert.deepEqual(
      failuresOf(careless).map(([, source]) => source),
      ['math.floor(half(f(3))) == 3', 'Counter(str(f(11))) == Counter("22")'],
    );
    assert.equal(careless.checks[0]?.exception?.type, 'NameError');
  });
}
