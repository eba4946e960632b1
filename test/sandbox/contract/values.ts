import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, onlyFailure, run } from '../runs.ts';
import type { Capabilities, Opened } from '../sandbox-contract.ts';

const SAME = 'def f(x):\n    return x';

/** Expressions whose value has to arrive, and to come back, as an equal value of the same type. */
const TRAVELLING = [
  'None',
  'True',
  '-(10 ** 300)',
  '0.1 + 0.2',
  'float("inf")',
  '1e308 * -0.0',
  '1 + 2j',
  '"text"',
  '"\\ud800 lone surrogate"',
  '"\\x00\\U0001f600"',
  'b"\\x00\\xff\\x93"',
  '[]',
  '[1, [2, (3, {"a": {4, 5}})]]',
  '{(1, "a"): None, 2.5: [], frozenset({1}): b""}',
  'bytearray(b"ab")',
  'range(2, 9, 3)',
  'datetime.date(2024, 2, 29)',
  'datetime.datetime(2024, 2, 29, 23, 59, 1, 999999)',
  'datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc)',
  'datetime.time(1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2), "X"))',
  'datetime.timedelta(-1, 5, 7)',
  'decimal.Decimal("1.50")',
  'fractions.Fraction(-3, 4)',
  'collections.deque([1, 2], maxlen=5)',
  'collections.Counter("aab")',
  'collections.OrderedDict(b=1, a=[2])',
  'collections.defaultdict(list, {1: [2]})',
  '[decimal.Decimal("1"), {1j: {"deep": [fractions.Fraction(1, 3)]}}]',
];

/** Classes of a candidate whose instances travel as the plain value that they hold, whatever their methods say. */
const SUBCLASSES = [
  ['class T(int):\n    def __int__(self): return 9\n    __index__ = __int__', 'T(3)', '3'],
  ['class T(float):\n    def __float__(self): return 9.0', 'T(2.5)', '2.5'],
  ['class T(complex):\n    pass', 'T(1j)', '1j'],
  ['class T(str):\n    def __str__(self): return "no"', 'T("yes")', '"yes"'],
  ['class T(bytes):\n    def __bytes__(self): return b"no"', 'T(b"yes")', 'b"yes"'],
  ['class T(list):\n    def __iter__(self): return iter(["no"])', 'T([1, 2])', '[1, 2]'],
  ['class T(dict):\n    def items(self): return [("no", 1)]', 'T(a=1)', '{"a": 1}'],
  ['class T(set):\n    def __iter__(self): return iter(["no"])', 'T({1})', '{1}'],
  ['class T(tuple):\n    pass', 'T((1, [2]))', '(1, [2])'],
  ['import enum\nclass T(enum.IntEnum):\n    A = 3', '[T.A]', '[3]'],
  ['import enum\nclass T(str, enum.Enum):\n    A = "a"', '{T.A: T.A}', '{"a": "a"}'],
] as const;

/** What a candidate does to its argument, and what the test then finds in it. */
const MUTATIONS = [
  ['x.sort()', '[3, 1, 2]', '[1, 2, 3]'],
  ['x.append([9]); del x[0]', '[1, 2]', '[2, [9]]'],
  ['x["b"] = x.pop("a")', '{"a": 1, "c": 2}', '{"c": 2, "b": 1}'],
  ['x.add(5)', '{1}', '{1, 5}'],
  ['x.extend(b"b")', 'bytearray(b"a")', 'bytearray(b"ab")'],
  ['x.appendleft(0)', 'collections.deque([1])', 'collections.deque([0, 1])'],
  ['x["a"] += 1', 'collections.Counter("a")', 'collections.Counter("aa")'],
  ['x.move_to_end("a")', 'collections.OrderedDict(a=1, b=2)', 'collections.OrderedDict(b=2, a=1)'],
  ['x["b"].append(1)', 'collections.defaultdict(list)', '{"b": [1]}'],
  ['x[0][1]["k"].add(2)', '[[0, {"k": {1}}]]', '[[0, {"k": {1, 2}}]]'],
  ['x[1].append(3)', '(1, [2])', '(1, [2, 3])'],
  ['x[:] = [[1]]', '[[0], [0]]', '[[1]]'],
] as const;

/** How values come and go. */
export function testValues(sandbox: Opened, { tooDeep, tooLarge }: Capabilities): void {
  test('plain and standard values travel both ways', async () => {
    const code = `${SAME}\nseen = []\ndef remember(x):\n    seen.append(type(x).__name__)\n    return seen[-1]`;
    const checks = TRAVELLING.map(
      (value) =>
        `assert f(${value}) == ${value}\nassert type(f(${value})) is type(${value})\nassert remember(${value}) == type(${value}).__name__`,
    );
    const imports = 'import collections, datetime, decimal, fractions\n';
    await assertPasses(sandbox(), { code, checks: imports + checks.join('\n') });
  });

  test('NaN is equal to nothing, minus zero keeps its sign', async () => {
    const checks =
      'import math\nassert f(float("nan")) != f(float("nan"))\nassert math.isnan(f(math.nan))\nassert math.copysign(1, f(-0.0)) == -1';
    await assertPasses(sandbox(), { code: SAME, checks });
  });

  for (const [definition, made, plain] of SUBCLASSES) {
    test(`${made} of ${definition.split('\n')[0]} travels as ${plain}`, async () => {
      const code = `${definition}\ndef f(x):\n    return ${made}`;
      await assertPasses(sandbox(), { code, checks: `assert f(1) == ${plain}\nassert type(f(1)) is type(${plain})` });
    });
  }

  for (const [statement, before, after] of MUTATIONS) {
    test(`an argument changed in place is changed for the test: ${statement}`, async () => {
      const code = `def f(x):\n    ${statement}`;
      const checks = `import collections\nx = inner = ${before}\nassert f(x) is None\nassert x == ${after}\nassert x is inner\nassert str(x) == str(inner)`;
      const verdict = await assertPasses(sandbox(), { code, checks });
      assert.equal(verdict.checksPassed, 4);
    });
  }

  test('changed arguments keep their aliases', async () => {
    const code = 'def f(x, y):\n    x.append(1)\ndef g(rows):\n    rows[0].append(7)';
    const checks =
      'a = []\nf(a, a)\nassert a == [1]\nrow = [0]\nrows = [row, row]\ng(rows)\nassert row == [0, 7] and rows[1] is row';
    await assertPasses(sandbox(), { code, checks });
  });

  test('arguments are changed before the next statement looks at them, keywords too', async () => {
    const code = 'def f(a, *, b):\n    a.reverse()\n    b["k"] = a[0]\n    return a';
    const checks = 'a, b = [1, 2], {}\nassert f(a, b=b) == a\nassert (a, b) == ([2, 1], {"k": 2})';
    await assertPasses(sandbox(), { code, checks });
  });

  test('what is expected is evaluated before the candidate can change its arguments', async () => {
    const code = 'def f(x):\n    x.clear()\n    return 0';
    const verdict = await assertKind(
      sandbox(),
      { code, checks: 'for x in [[1], [2, 3]]:\n    assert f(x) == sum(x)' },
      'failed',
    );
    assert.deepEqual([verdict.checksFailed, verdict.checks[0]?.expected], [2, '1']);
  });

  test('a value too large to travel is an error of the candidate', async () => {
    const verdict = await run(sandbox(), {
      code: 'def f(x):\n    return "a" * x',
      checks: `assert f(${tooLarge}) == 1`,
    });
    // Where memory ends before that, it is the memory that is named.
    if (verdict.kind === 'raised') assert.match(verdict.exception.message, /134217728|large/);
    else assert.equal(verdict.kind, 'out-of-memory');
  });

  test('a value of many megabytes travels', async () => {
    const code = 'def f(x):\n    return ["a" * 20_000_000, [(i, str(i)) for i in range(x)]]';
    await assertPasses(sandbox(), {
      code,
      checks: 'text, pairs = f(200_000)\nassert len(pairs) == 200_000\nassert len(text) == 20_000_000',
    });
  });

  test('a value nested too deep to travel is equal to nothing', async () => {
    const code = `def f(x):\n    value = []\n    for _ in range(${tooDeep}):\n        value = [value]\n    return value`;
    await assertKind(sandbox(), { code, checks: 'assert f(1) == [[]]' }, 'failed');
  });

  test('a list that holds itself', async () => {
    const code = 'def f(x):\n    value = [1]\n    value.append(value)\n    return value';
    await assertPasses(sandbox(), { code, checks: 'x = f(1)\nassert x[1] is x' });
  });

  test('integers with more digits than Python prints', async () => {
    const code = 'def f(x):\n    return 10 ** x';
    await assertPasses(sandbox(), { code, checks: 'assert f(20_000) == 10 ** 20_000' });
    const verdict = await assertKind(sandbox(), { code, checks: 'assert f(20_000) == 1' }, 'failed');
    assert.match(onlyFailure(verdict).actual ?? '', /int|1000/);
  });
}
