import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../src/base/errors.ts';
import { assertKind, assertPasses, exceptionOf, onlyFailure, requestFor, run } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const SAME = 'def f(x):\n    return x';

/** How tests are written, and what they see. */
export function testTestPrograms(sandbox: Opened): void {
  test('plain assertions and check(candidate) are both run', async () => {
    const checks =
      'assert f(1) == 1\ndef check(candidate):\n    for i in range(3):\n        assert candidate(i) == i\n';
    assert.equal((await assertPasses(sandbox(), { code: SAME, checks })).checksPassed, 4);
  });

  test('a function check that the tests call themselves is their own', async () => {
    for (const checks of [
      'def check(n, wanted):\n    assert f(n) == wanted\ncheck(1, 1)\ncheck(2, 2)\n',
      'def check(case):\n    assert f(case[0]) == case[1]\nfor case in ((1, 1), (2, 2)):\n    check(case)\n',
      'def check():\n    assert f(1) == 1\ndef more():\n    assert f(2) == 2\nif __name__ == "__main__":\n    check()\n    more()\n',
      'def check(candidate):\n    assert candidate(1) == 1\n    assert candidate(2) == 2\ncheck(f)\n',
    ]) {
      assert.equal((await assertPasses(sandbox(), { code: SAME, checks })).checksPassed, 2, checks);
      const file = await sandbox().run({
        ...requestFor({ code: SAME, checks }),
        tests: { program: checks, moduleName: 'm' },
      });
      assert.deepEqual([file.kind, file.checksPassed], ['passed', 2], checks);
    }
  });

  test('a test that catches what it wants to see', async () => {
    const code = 'def f(x):\n    if x < 0:\n        raise ValueError("negative")\n    return x';
    const checks =
      'try:\n    f(-1)\n    assert False, "no error"\nexcept ValueError as error:\n    assert str(error) == "negative"\n';
    await assertPasses(sandbox(), { code, checks });
    await assertKind(sandbox(), { code: SAME, checks }, 'failed');
  });

  test('what a test raises outside its assertions is a failure, shown with its line', async () => {
    const checks = 'assert f(1) == 1\nvalue = f(2) + "a"\nassert value';
    const verdict = await assertKind(sandbox(), { code: SAME, checks }, 'raised');
    assert.equal(onlyFailure(verdict).source, 'value = f(2) + "a"');
    assert.equal(verdict.exception.type, 'TypeError');
  });

  test('an assertion that binds a name', async () => {
    await assertPasses(sandbox(), { code: SAME, checks: 'assert (y := f(4)) == 4\nassert y == 4' });
    const verdict = await assertKind(
      sandbox(),
      { code: SAME, checks: 'assert (y := f(4)) == 5\nassert y == 4' },
      'failed',
    );
    assert.equal(onlyFailure(verdict).source, '(y := f(4)) == 5');
  });

  test('the setup is evaluated before and seen by the checks, also where it is kept between runs', async () => {
    const tests = {
      setup: 'import math\nWANTED = [math.floor(i * 1.5) for i in range(4)]',
      checks: 'assert [f(i) for i in range(4)] == WANTED',
    };
    const code = 'def f(x):\n    return x * 3 // 2';
    for (let time = 0; time < 3; time += 1) await assertPasses(sandbox(), { code, ...tests });
    await assertKind(sandbox(), { code: SAME, ...tests }, 'failed');
  });

  test('a candidate that changes what a setup made does not change it for the next', async () => {
    const tests = {
      setup: 'ROWS = [[3, 1], [2], []]\nPAIR = ({"a": 1}, {1})',
      checks: 'for row in ROWS:\n    assert f(row, *PAIR) == len(row)',
    };
    const vandal = 'def f(x, d, s):\n    n = len(x)\n    x.clear(); d.clear(); s.add(9)\n    return n';
    const honest = 'def f(x, d, s):\n    assert d == {"a": 1} and s == {1}\n    return len(x)';
    for (let time = 0; time < 3; time += 1) {
      await run(sandbox(), { code: vandal, ...tests });
      const verdict = await assertPasses(sandbox(), { code: honest, ...tests });
      assert.deepEqual(
        verdict.checks.map(({ call }) => call),
        ["f([3, 1], {'a': 1}, {1})", "f([2], {'a': 1}, {1})", "f([], {'a': 1}, {1})"],
      );
    }
  });

  test("the prompt's context is defined for the tests, and a candidate cannot replace it", async () => {
    const context = 'import math\ndef poly(xs, x):\n    return sum(c * math.pow(x, i) for i, c in enumerate(xs))';
    const checks = 'assert abs(poly([-4, 2], f([-4, 2]))) < 1e-6';
    const right = `${context}\ndef f(xs):\n    return 2.0`;
    const forged = 'def poly(xs, x):\n    return 0\ndef f(xs):\n    return 77.0\nclass math:\n    pow = 1';
    await assertPasses(sandbox(), { code: right, checks, context });
    await assertKind(sandbox(), { code: forged, checks, context }, 'failed');
  });

  test('a context does not stand in for a missing entry point', async () => {
    const verdict = await run(sandbox(), { code: 'x = 1', context: SAME, checks: 'assert f(1) == 1' });
    assert.equal(exceptionOf(verdict).type, 'NameError');
  });

  test('names of the candidate, of the standard library and of the test', async () => {
    const code =
      'LIMIT = 3\ndef half(x):\n    return x / 2\nclass f:\n    KIND = "k"\n    def __init__(self, x=0):\n        self.x = x\n    @staticmethod\n    def twice(x):\n        return 2 * x';
    const checks = [
      'assert LIMIT == 3 and half(3) == 1.5',
      'assert f.KIND == "k" and f.twice(4) == 8 and f(5).x == 5',
      'assert math.floor(half(3)) == 1 and collections.Counter("aa")["a"] == 2',
      'def half(x):\n    return -1\nassert half(3) == -1',
    ].join('\n');
    assert.equal((await assertPasses(sandbox(), { code, checks })).checksPassed, 4);
  });

  test('names of modules of other systems do no harm', async () => {
    await assertPasses(sandbox(), {
      code: `${SAME}\ndef nt():\n    return 5`,
      checks: 'assert f(1) == 1 and nt() == 5',
    });
  });

  test('functions of the test can be given to a candidate', async () => {
    const code = 'def f(g, *xs):\n    return [g(x) for x in xs]\ndef compose(g, h):\n    return lambda x: g(h(x))';
    const checks = [
      'def square(x):\n    return x * x',
      'assert f(square, 1, 2, 3) == [1, 4, 9]',
      'assert f(lambda x: [x, {"a": (x,)}], 1) == [[1, {"a": (1,)}]]',
      'assert compose(square, lambda x: x + 1)(2) == 9',
      'assert f(f, square) == [[]]',
      'assert f(len, "abc", [1]) == [3, 1]',
      'seen = []\nf(seen.append, 4, 5)\nassert seen == [4, 5]',
      'def fail(x):\n    raise KeyError("no " + x)\ntry:\n    f(fail, "way")\n    assert False\nexcept KeyError as error:\n    assert "no way" in str(error)',
    ].join('\n');
    await assertPasses(sandbox(), { code, checks });
  });

  test('a function of the test comes back as itself', async () => {
    const code = 'def f(g):\n    return g\ndef put(xs, g):\n    xs.append(g)';
    const checks =
      'def g(x):\n    return x\nassert f(g) is g\nxs = [g]\nput(xs, g)\nassert xs == [g, g]\nassert f(f) is f';
    await assertPasses(sandbox(), { code, checks });
  });

  test('candidates may catch what a function of the test raises, and call it while they are called by it', async () => {
    const code =
      'def f(g, n):\n    try:\n        return g(n)\n    except LookupError as error:\n        return type(error).__name__';
    const checks = [
      'def down(n):\n    return n if n == 0 else f(down, n - 1)',
      'assert f(down, 10) == 0',
      'def no(n):\n    raise KeyError(n)',
      'assert f(no, 1) == "KeyError"',
    ].join('\n');
    await assertPasses(sandbox(), { code, checks });
  });

  test('what a test prints goes nowhere, whatever it is', async () => {
    const checks =
      'import sys\nprint("a" * 100000)\nprint(f("\\x00\\x00\\x00\\x02{}"), flush=True)\nsys.stderr.write("b")\nassert f(1) == 1\nassert sys.stdin.read() == ""';
    assert.equal((await assertPasses(sandbox(), { code: SAME, checks })).output, '');
  });

  test('a test program that ends early has made the checks that it made', async () => {
    await assertPasses(sandbox(), { code: SAME, checks: 'import sys\nassert f(1) == 1\nsys.exit(0)' });
    const checks = 'import sys\nassert f(1) == 1\nsys.exit("broken")';
    assert.equal(exceptionOf(await assertKind(sandbox(), { code: SAME, checks }, 'raised')).type, 'SystemExit');
  });

  test('a test program without any assertion is refused', async () => {
    for (const checks of ['', 'f(1)', 'def check(candidate):\n    candidate(1)', 'if not __name__:\n    assert f(1)'])
      await assert.rejects(run(sandbox(), { code: SAME, checks }), (error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, /no check/);
        return true;
      });
  });

  test('a candidate with whose answers no check is made has not passed', async () => {
    const checks = 'for item in f(3):\n    assert item > 0';
    await assertPasses(sandbox(), { code: 'def f(x):\n    return [x]', checks });
    const verdict = await assertKind(sandbox(), { code: 'def f(x):\n    return []', checks }, 'failed');
    assert.deepEqual([onlyFailure(verdict).call, onlyFailure(verdict).actual], ['f(3)', '[]']);
  });

  test('tests that do not compile, or whose setup fails, are refused with the error', async () => {
    for (const [tests, message] of [
      [{ checks: 'assert f(1) ==' }, /SyntaxError/],
      [{ checks: 'assert f(1)\0' }, /null bytes/],
      [{ checks: 'assert f(1)', setup: 'x = {}["key"]' }, /KeyError: 'key'/],
      [{ checks: 'assert f(1)', setup: 'raise SystemExit(4)' }, /SystemExit/],
    ] as const)
      await assert.rejects(run(sandbox(), { code: SAME, ...tests }), (error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, message);
        return true;
      });
  });

  test('what tests keep in their helpers, or change for the process, is not there in the next run', async () => {
    const context =
      'cache = {}\ndef once(f, x):\n    return cache.setdefault(x, f(x)) if x not in cache else cache[x]\n';
    const cached = { context, checks: 'assert once(f, 1) == 10' };
    await assertPasses(sandbox(), { code: 'def f(x):\n    return 10', ...cached });
    await assertKind(sandbox(), { code: 'def f(x):\n    return -1', ...cached }, 'failed');
    const changing =
      'import decimal, os, sys\ndecimal.getcontext().prec = 3\nos.environ["X"] = "1"\nsys.setrecursionlimit(50_000)\n';
    await assertPasses(sandbox(), { code: 'def f(x):\n    return 1', checks: `${changing}assert f(1) == 1` });
    const checks =
      'import decimal, os, sys\nassert [f(1), decimal.getcontext().prec, "X" in os.environ, sys.getrecursionlimit() < 50_000] == [1, 28, False, True]';
    await assertPasses(sandbox(), { code: 'def f(x):\n    return 1', checks });
  });

  test('tests that set something for their own process, unseen beforehand, run beside the code where it matters', async () => {
    const code =
      'import decimal, os, sys, warnings\ndef f(x):\n    print(x)\n    return [os.environ.get("X"), decimal.getcontext().prec, os.getcwd(), hex == "text"]\n';
    const ways = [
      'import sys, io\nout = io.StringIO()\nsetattr(sys, "std" + "out", out)\nf(1)\nassert out.getvalue() == "1\\n"',
      'import os\ngetattr(os, "environ")["X"] = "1"\nassert f(1)[0] == "1"',
      'import decimal\nnow = getattr(decimal, "getcontext")()\nnow.prec = 5\nassert f(1)[1] == 5',
      'import os\ngetattr(os, "chdir")("/")\nassert f(1)[2] == "/"',
    ];
    for (const checks of ways) {
      assert.equal((await assertPasses(sandbox(), { code, checks })).testedBy, 'plain');
      const without = checks.replace(/assert .*$/, 'assert f(1)[3] is False');
      assert.equal((await assertPasses(sandbox(), { code, checks: without })).testedBy, 'judge');
      const tests = { setup: '', checks: `${checks}\n`, onlyJudged: true } as const;
      await assert.rejects(
        sandbox().run({ ...requestFor({ code, checks }), tests }),
        /do not run: they set .*, which does not reach the code in its own process; run them as a test file/,
      );
    }
    const looking =
      'import os, sys, io\nassert [os.getcwd() != "/", sys.stdout.__class__ is io.StringIO, f(1)[1], hex(3)] == [True, False, 28, "0x3"]';
    assert.equal((await assertPasses(sandbox(), { code, checks: looking })).testedBy, 'judge');
  });

  test('tests that give the code what cannot travel to it run beside the code', async () => {
    const ways = [
      ['def f(x):\n    return x.value', 'class Box:\n    value = 3\nassert f(Box()) == 3'],
      ['def f(kind):\n    return kind().value', 'class Box:\n    value = 3\nassert f(Box) == 3'],
      ['def f(x):\n    x.write("a")', 'import io\nout = io.StringIO()\nf(out)\nassert out.getvalue() == "a"'],
      [
        'class Base:\n    def f(self):\n        return 2\nf = Base',
        'class Own(Base):\n    pass\nassert Own().f() == 2',
      ],
    ] as const;
    for (const [code, checks] of ways) {
      const verdict = await assertPasses(sandbox(), { code, checks });
      assert.equal(verdict.testedBy, 'plain');
    }
    const wrong = await assertKind(sandbox(), { code: 'def f(x):\n    return 4', checks: ways[0][1] }, 'failed');
    assert.equal(wrong.testedBy, 'plain');
  });

  test('an argument that the candidate did not change stays as it is, even while the test goes through it', async () => {
    const code = 'def f(xs, x):\n    return x in xs';
    const checks = `numbers = set(range(300))
for n in range(3, 300, 7):
    numbers.discard(n)
seen = 0
for n in numbers:
    seen += f(numbers, n)
assert seen == len(numbers)
`;
    await assertPasses(sandbox(), { code, checks: `${checks}assert f(numbers, 3) is False` });
  });

  test('an exception has its arguments, and an object its text', async () => {
    const code = `class Point:
    def __str__(self):
        return "a point"
def f(x):
    if x == 0:
        raise ValueError("bad", 3)
    if x == 1:
        return {}["key"]
    return Point()
`;
    const checks = `for x, arguments in ((0, ("bad", 3)), (1, ("key",))):
    try:
        f(x)
        assert False
    except Exception as error:
        assert error.args == arguments
assert str(f(2)) == "a point"
`;
    await assertPasses(sandbox(), { code, checks });
  });
}
