import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, onlyFailure } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';
import { assertFile } from '../test-file-runs.ts';

const ZEROS = '0'.repeat(40);
const THOUSANDS = `1${'0'.repeat(39)}…${ZEROS} (5001 digits)`;
const ONE_MORE = `1${'0'.repeat(39)}…${'0'.repeat(39)}1 (5001 digits)`;

/** Integers beyond the digits that Python writes. */
export function testBigIntegers(sandbox: Opened): void {
  const shown = async (code: string, checks: string) => {
    const program = { code: `def f(*given, **named):\n    ${code}`, checks };
    const { actual, expected } = onlyFailure(await assertKind(sandbox(), program, 'failed'));
    assert.notEqual(actual, expected);
    return [actual, expected];
  };

  test('long integers are shown by their ends and their number of digits', async () => {
    assert.deepEqual(await shown('return 10 ** 5000 + 1', 'assert f() == 10 ** 5000'), [ONE_MORE, THOUSANDS]);
    assert.deepEqual(await shown('return -10 ** 5000', 'assert f() == 10 ** 199'), [
      `-${THOUSANDS}`,
      `1${'0'.repeat(199)}`,
    ]);
    const nines = `${'9'.repeat(39)}…${'9'.repeat(40)} (5000 digits)`;
    assert.deepEqual(await shown('return 10 ** 5000 - 1', 'assert f() == 10 ** 5000'), [nines, THOUSANDS]);
    assert.deepEqual(await shown('return [10 ** 5000 + 1, {"n": (10 ** 5000,)}]', 'assert f() == []'), [
      `[${ONE_MORE}, {'n': (${THOUSANDS},)}]`,
      '[]',
    ]);
    assert.deepEqual(await shown('import fractions\n    return fractions.Fraction(10 ** 5000, 3)', 'assert f() == 0'), [
      `Fraction(${THOUSANDS}, 3)`,
      '0',
    ]);
  });

  test('where their ends are the same, it is said by how much they differ', async () => {
    const middle = '10 ** 5000 + 10 ** 2500';
    const more = `${THOUSANDS}, more by 1${'0'.repeat(39)}…${ZEROS} (2501 digits)`;
    const less = more.replace('more', 'less');
    assert.deepEqual(await shown(`return ${middle}`, 'assert f() == 10 ** 5000'), [more, THOUSANDS]);
    assert.deepEqual(await shown('return 10 ** 5000', `assert f() == ${middle}`), [less, THOUSANDS]);
    assert.deepEqual(await shown(`return [1, [${middle}]]`, 'assert f() == [1, [10 ** 5000]]'), [
      `[..., [..., ${more}, ...], ...]`,
      `[..., [..., ${THOUSANDS}, ...], ...]`,
    ]);
    assert.deepEqual(await shown(`return {"a": 1, "n": ${middle}}`, 'assert f() == {"a": 1, "n": 10 ** 5000}'), [
      `{..., 'n': ${more}, ...}`,
      `{..., 'n': ${THOUSANDS}, ...}`,
    ]);
  });

  test('in calls, exceptions and huge ones too', async () => {
    const program = { code: 'def f(n):\n    raise KeyError(n)', checks: 'assert f(10 ** 5000) == 1' };
    const verdict = await assertKind(sandbox(), program, 'raised');
    assert.deepEqual([onlyFailure(verdict).call, verdict.exception.message], [`f(${THOUSANDS})`, THOUSANDS]);
    assert.equal(verdict.exception.locals.n, shortTo(THOUSANDS, 120));
    const [huge] = await shown('return 10 ** 100_000', 'assert f() == 10 ** 100_000 + 1');
    assert.match(huge ?? '', /^10+…0+ \(100001 digits\)$/);
    assert.match(
      (await shown('return 10 ** 1_000_000', 'assert f() == 3'))[0] ?? '',
      /^…0{40} \(about 1000001 digits\)$/,
    );
    await assertPasses(sandbox(), {
      code: 'def f(n):\n    return n + 1',
      checks: 'assert f(10 ** 5000) == 10 ** 5000 + 1',
    });
  });

  test('in test files', async () => {
    const file =
      'import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(), 10 ** 5000)\n';
    for (const text of [
      file,
      'from solution import f\nassert f() == 10 ** 5000\n',
      'def test_a():\n    assert f() == 10 ** 5000\n',
    ]) {
      const { checks } = await assertFile(
        sandbox(),
        { code: 'def f():\n    return 10 ** 5000 + 1\n', file: text },
        'failed',
      );
      assert.deepEqual([checks[0]?.actual, checks[0]?.expected], [ONE_MORE, THOUSANDS]);
    }
  });
}

function shortTo(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
