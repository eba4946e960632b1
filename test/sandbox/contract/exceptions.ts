import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

const BUILT_IN = [
  'ValueError("bad value 3")',
  'KeyError("key")',
  'OSError("No such file")',
  'ImportError("no")',
  'AssertionError("mine")',
  'RecursionError("deep")',
  'NotImplementedError()',
  'UnicodeDecodeError("utf-8", b"x", 0, 1, "reason")',
];

/** Exceptions that a candidate raises, as the test and the verdict see them. */
export function testExceptions(sandbox: Opened): void {
  for (const raised of BUILT_IN) {
    const name = raised.split('(')[0]!;
    test(`${name} is raised in the test with its class and text`, async () => {
      const code = `def f(x):\n    raise ${raised}`;
      const checks = `try:\n    f(1)\n    assert False\nexcept ${name} as error:\n    assert str(error) == str(${raised})\n    assert isinstance(error, ${name})`;
      await assertPasses(sandbox(), { code, checks });
      const verdict = await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'raised');
      assert.deepEqual([verdict.exception.type, verdict.exception.line], [name, 2]);
    });
  }

  test('an own class is caught as the built-in one that it derives from, and keeps its name', async () => {
    const code = 'class TooSmall(ValueError):\n    pass\ndef f(x):\n    raise TooSmall("3")';
    await assertPasses(sandbox(), {
      code,
      checks: 'try:\n    f(1)\n    assert False\nexcept ValueError as error:\n    assert str(error) == "3"',
    });
    const verdict = await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'raised');
    assert.deepEqual([verdict.exception.type, verdict.exception.message], ['TooSmall', '3']);
    assert.match(verdict.exception.traceback, /TooSmall: 3/);
  });

  test('an own class that derives from Exception is an Exception to the test', async () => {
    const code = 'class Own(Exception):\n    pass\ndef f(x):\n    raise Own("text")';
    await assertPasses(sandbox(), {
      code,
      checks: 'try:\n    f(1)\n    assert False\nexcept Exception as error:\n    assert str(error) == "text"',
    });
    assert.equal((await assertKind(sandbox(), { code, checks: 'assert f(1)' }, 'raised')).exception.type, 'Own');
  });

  test('StopIteration ends no loop of the test', async () => {
    const code = 'def f(x):\n    raise StopIteration';
    for (const checks of [
      'assert all(map(f, [1, 2]))',
      'assert list(map(f, [1])) == []',
      'assert next(map(f, [1]), 1)',
    ]) {
      assert.equal((await assertKind(sandbox(), { code, checks }, 'raised')).exception.type, 'StopIteration');
    }
  });

  for (const raised of ['SystemExit(0)', 'KeyboardInterrupt()', 'GeneratorExit()', 'BaseException("base")']) {
    test(`${raised} in a call or while loading ends neither judge nor test with a pass`, async () => {
      const type = raised.split('(')[0]!;
      const call = `def f(x):\n    raise ${raised}`;
      const checks = 'assert f(1) == 1';
      assert.equal((await assertKind(sandbox(), { code: call, checks }, 'raised')).exception.type, type);
      const load = await assertKind(sandbox(), { code: `${call}\nf(1)`, checks }, 'raised');
      assert.deepEqual([load.during, load.exception.type], ['load', type]);
    });
  }

  test('exit() and quit() are there, as in a script', async () => {
    const verdict = await assertKind(
      sandbox(),
      { code: 'def f(x):\n    exit()', checks: 'assert f(1) == 1' },
      'raised',
    );
    assert.equal(verdict.exception.type, 'SystemExit');
    await assertKind(sandbox(), { code: 'quit(0)', checks: 'assert f(1) == 1' }, 'raised');
  });

  test('the candidate’s own assertions are its exceptions', async () => {
    const verdict = await assertKind(
      sandbox(),
      { code: 'def f(x):\n    assert x > 5, "small"', checks: 'assert f(1) == 1' },
      'raised',
    );
    assert.deepEqual([verdict.exception.type, verdict.exception.message], ['AssertionError', 'small']);
  });

  test('messages, locals and tracebacks are cut', async () => {
    const code = 'def f(x):\n    big = "b" * 10 ** 6\n    raise ValueError("m" * 10 ** 6)';
    const { exception } = await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'raised');
    assert.ok(exception.message.length <= 500 && exception.traceback.length <= 3000);
    assert.ok((exception.locals.big?.length ?? 999) <= 200);
  });

  test('exceptions whose text or class is hostile', async () => {
    const code =
      'class E(Exception):\n    def __str__(self):\n        raise SystemExit\nclass M(type):\n    __name__ = property(lambda self: 1 / 0)\nclass F(Exception, metaclass=M):\n    pass\ndef f(x):\n    raise E() if x else F()';
    assert.equal((await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'raised')).exception.type, 'E');
    await assertKind(sandbox(), { code, checks: 'assert f(0) == 1' }, 'crashed');
  });

  test('endless recursion is an exception', async () => {
    const code = 'def f(x):\n    return f(x + 1)';
    assert.equal(
      (await assertKind(sandbox(), { code, checks: 'assert f(1) == 1' }, 'raised')).exception.type,
      'RecursionError',
    );
  });
}
