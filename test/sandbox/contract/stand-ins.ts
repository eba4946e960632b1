import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, run } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

/** A claim of a test about what `f` returns: the code of which it holds, and code of which it does not. */
const ABILITIES = {
  'callable(f(2))': ['def f(n):\n    return lambda x: x + n', 'class A:\n    pass\ndef f(n):\n    return A()'],
  'isinstance(f(3), collections.abc.Iterator)': [
    'def f(n):\n    return iter(range(n))',
    'class A:\n    def __iter__(self): return iter([1])\ndef f(n):\n    return A()',
  ],
  'hasattr(f(3), "__next__")': [
    'def f(n):\n    yield 1',
    'class A:\n    def __iter__(self): return iter([1])\ndef f(n):\n    return A()',
  ],
  'isinstance(f(3), collections.abc.Sized) and hasattr(f(3), "__getitem__")': [
    'def f(n):\n    return memoryview(bytes(n))',
    'class A:\n    pass\ndef f(n):\n    return A()',
  ],
  'isinstance(f(3), collections.abc.Iterable) and not isinstance(f(3), collections.abc.Sized)': [
    'def f(n):\n    return map(str, range(n))',
    'class A:\n    def __len__(self): return 1\ndef f(n):\n    return A()',
  ],
  'isinstance(hash(f(1)), int) and len({f(1), f(2)}) == 2': [
    'def f(x):\n    return object()',
    'class T:\n    __hash__ = None\ndef f(x):\n    return T()',
  ],
  'isinstance(f(1), collections.abc.Hashable)': [
    'def f(x):\n    return object()',
    'class T:\n    def __eq__(self, other): return True\ndef f(x):\n    return T()',
  ],
  'f.__doc__ and "twice" in f.__doc__': [
    'def f(x):\n    """Returns it twice."""\n    return x',
    'def f(x):\n    return x',
  ],
  'f.__name__ == "f" and f.__defaults__ == (3,)': ['def f(x=3):\n    return x', 'def f(x=4):\n    return x'],
  'f(1) != f(2) and f(1) == f(1)': [
    'class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x\ndef f(x):\n    return P(x)',
    'class P:\n    def __eq__(self, other): return True\ndef f(x):\n    return P()',
  ],
  'isinstance(f(2), types.GeneratorType)': ['def f(n):\n    yield n', 'def f(n):\n    return iter([n])'],
  'type(f(1)) is type(f(2)) and type(f(1)).__name__ == "P"': [
    'class P:\n    pass\ndef f(x):\n    return P()',
    'class P:\n    pass\nclass Q:\n    pass\ndef f(x):\n    return [P, Q][x % 2]()',
  ],
  'bool(f(0)) is False and bool(f(1)) is True': [
    'class P:\n    def __init__(self, x): self.x = x\n    def __bool__(self): return self.x > 0\ndef f(x):\n    return P(x)',
    'class P:\n    pass\ndef f(x):\n    return P()',
  ],
} as const satisfies Record<string, readonly [right: string, wrong: string]>;

const VECTOR = `import functools
@functools.total_ordering
class Vector:
    def __init__(self, *parts): self.parts = list(parts)
    def __add__(self, other): return Vector(*map(sum, zip(self.parts, other.parts)))
    def __iadd__(self, other):
        self.parts = [sum(pair) for pair in zip(self.parts, other.parts)]
        return self
    def __eq__(self, other): return isinstance(other, Vector) and self.parts == other.parts
    def __lt__(self, other): return self.parts < other.parts
    def __hash__(self): return hash(tuple(self.parts))
    def __neg__(self): return Vector(*(-part for part in self.parts))
    def __getitem__(self, place): return self.parts[place]
    def __setitem__(self, place, value): self.parts[place] = value
    def __delitem__(self, place): del self.parts[place]
    def __contains__(self, part): return part in self.parts
    def __iter__(self): return iter(self.parts)
    def __len__(self): return len(self.parts)
    def __repr__(self): return f"Vector{tuple(self.parts)}"
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        self.ended = kind.__name__ if kind else "well"
        return kind is KeyError
    @property
    def first(self): return self.parts[0]
    @classmethod
    def zero(cls): return cls(0, 0)
def f(*parts): return Vector(*parts)
`;

/** What a test does with objects of the code, as with any of Python's. */
const USES = [
  'assert f(1, 2) + f(3, 4) == f(4, 6)',
  'v = w = f(1, 2)\nv += f(1, 1)\nassert v is w and v == f(2, 3)',
  'assert f(1, 2) < f(2, 1) and f(3) >= f(3) and max(f(1), f(3), f(2)) == f(3)\nassert [v.first for v in sorted([f(3), f(1)])] == [1, 3]',
  'assert len({f(1), f(1), f(2)}) == 2 and {f(1): "a"}[f(1)] == "a"',
  'v = f(1, 2)\nv[0] = 9\ndel v[1]\nassert v[0] == 9 and len(v) == 1 and 9 in v and 2 not in v',
  'v = f(1)\nv.color = "red"\nassert v.color == "red" and hasattr(v, "color")\ndel v.color\nassert not hasattr(v, "color")',
  'v = f(1)\nassert repr(v) == "Vector(1,)"\nv.parts.append(2)\nassert repr(v) == "Vector(1, 2)" and str(v) == f"{v}"',
  'with f(1) as v:\n    assert v.first == 1\nassert v.ended == "well"\nwith v:\n    raise KeyError("held")\nassert v.ended == "KeyError"',
  'try:\n    with f(1) as v:\n        raise ValueError("out")\nexcept ValueError:\n    assert v.ended == "ValueError"',
  'import copy\nv = f(1, 2)\nw, x = copy.copy(v), copy.deepcopy(v)\nassert w == v and w is not v and w.parts is v.parts and x.parts is not v.parts',
  'assert isinstance(f(1), Vector) and type(f(1)) is Vector and Vector.zero() == f(0, 0) and (-f(1)).first == -1',
  'a, b = f(1, 2)\nassert [a, b] == [1, 2] and sum(f(1, 2)) == 3 and list(reversed(list(f(1, 2)))) == [2, 1]',
  'assert [f(1)] == [f(1)] and (f(1), 2) == (f(1), 2) and f(2) in [f(1), f(2)]',
] as const;

const ERRORS = `class Refused(ValueError):
    def __init__(self, code, detail=None):
        super().__init__(f"refused: {code}")
        self.code, self.detail = code, detail
    def double(self): return 2 * self.code
class Plain(Exception): pass
def f(x):
    if x == 0: raise Refused(3, ["a"])
    if x == 1: open("/nowhere/at/all")
    if x == 2:
        try: {}["k"]
        except KeyError as error: raise Plain("behind") from error
    if x == 3:
        error = ValueError("with more")
        error.extra = {"k": 1}
        raise error
    if x == 4: raise SystemExit(2)
    if x == 5: raise UnicodeDecodeError("utf-8", b"x", 0, 1, "reason")
    return Refused(x)
`;

/** What a test finds in an exception of the code's. */
const CAUGHT = [
  'try:\n    f(0)\nexcept Refused as error:\n    assert error.code == 3 and error.detail == ["a"] and error.double() == 6\n    assert str(error) == "refused: 3" and isinstance(error, ValueError)\nelse:\n    assert False',
  'try:\n    f(0)\nexcept ValueError as error:\n    assert type(error).__name__ == "Refused" and type(error) is Refused and error.args == ("refused: 3",)',
  'import errno\ntry:\n    f(1)\nexcept OSError as error:\n    assert error.errno == errno.ENOENT and error.filename == "/nowhere/at/all" and type(error) is FileNotFoundError',
  'try:\n    f(2)\nexcept Plain as error:\n    assert str(error) == "behind" and isinstance(error.__cause__, KeyError)',
  'try:\n    f(3)\nexcept ValueError as error:\n    assert error.extra == {"k": 1} and type(error) is ValueError',
  'try:\n    f(4)\nexcept SystemExit as error:\n    assert error.code == 2\nelse:\n    assert False',
  'try:\n    f(5)\nexcept UnicodeError as error:\n    assert error.start == 0 and error.reason == "reason"',
  'assert isinstance(f(9), ValueError) and f(9).code == 9',
  'try:\n    raise Refused(7)\nexcept Refused as error:\n    assert error.code == 7',
] as const;

/** What could see the value that a test expects, and answer for it. */
const LIARS = `class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __hash__(self): return hash(9)
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mod__ = __rmod__ = __sub__
    def __abs__(self): return 0
    def __bool__(self): return True
    def __isub__(self, other): return 0
    def __instancecheck__(self, other): return True
def f(x):
    return Liar()
`;
const LIED_TO = [
  'f(3) == 9',
  '9 == f(3)',
  'not f(3) != 9',
  'abs(f(3) - 9) < 1e-6',
  'abs(9 - f(3)) < 1e-6',
  '8.9 < f(3) < 9.1',
  '9 in f(3)',
  'f(3) in [9]',
  '[f(3)] == [9]',
  '{9: True}.get(f(3))',
  'f(3) % 9 == 0',
  'isinstance(f(3), int)',
  'sum([f(3)]) == 9',
] as const;

/** Stand-ins for objects of the code: they can what their objects can, and no more. */
export function testStandIns(sandbox: Opened): void {
  for (const [claim, [right, wrong]] of Object.entries(ABILITIES)) {
    test(`stand-ins: ${claim} holds of right code only`, async () => {
      const checks = `import collections.abc, types\nassert ${claim}`;
      assert.equal((await assertPasses(sandbox(), { code: right, checks })).testedBy, 'judge');
      const { kind } = await run(sandbox(), { code: wrong, checks });
      assert.ok(kind === 'failed' || kind === 'raised', kind);
    });
  }

  for (const checks of USES) {
    test(`stand-ins: objects as in plain Python: ${checks.replaceAll('\n', '; ').slice(0, 70)}`, async () => {
      assert.equal((await assertPasses(sandbox(), { code: VECTOR, checks })).testedBy, 'judge');
    });
  }

  for (const checks of CAUGHT) {
    test(`stand-ins: exceptions as in plain Python: ${checks.replaceAll('\n', '; ').slice(0, 70)}`, async () => {
      assert.equal((await assertPasses(sandbox(), { code: ERRORS, checks })).testedBy, 'judge');
    });
  }

  for (const claim of LIED_TO) {
    test(`stand-ins: an object that lies is not believed: ${claim}`, async () => {
      const verdict = await run(sandbox(), { code: LIARS, checks: `assert ${claim}` });
      assert.ok(verdict.kind === 'failed' || verdict.kind === 'raised', verdict.kind);
      assert.equal(verdict.testedBy, 'judge');
    });
  }

  test('stand-ins: a test that raises the class of an error again', async () => {
    const code = 'def f(x):\n    raise ValueError(x)';
    const checks =
      "try:\n    f(1)\nexcept KeyError:\n    assert f is not None\nexcept Exception as error:\n    raise type(error)('no KeyError')";
    const verdict = await assertKind(sandbox(), { code, checks }, 'raised');
    assert.deepEqual([verdict.exception.type, verdict.exception.message], ['ValueError', 'no KeyError']);
  });

  test('stand-ins: groups of exceptions', async () => {
    const code =
      'try:\n    ExceptionGroup\nexcept NameError:\n    ExceptionGroup = None\ndef f(x):\n    if ExceptionGroup is None:\n        return "old"\n    raise ExceptionGroup("two", [ValueError(1), KeyError("k")])';
    const checks =
      'try:\n    value = f(1)\n    assert value == "old"\nexcept Exception as error:\n    assert [type(one).__name__ for one in error.exceptions] == ["ValueError", "KeyError"]\n    assert error.message == "two" and type(error).__name__ == "ExceptionGroup"';
    await assertPasses(sandbox(), { code, checks });
  });

  test('stand-ins: members of an enumeration', async () => {
    const code = 'import enum\nclass Color(enum.Enum):\n    RED = 1\n    BLUE = 2\ndef f(x):\n    return Color(x)';
    const checks =
      'assert f(1) is Color.RED and f(2) == Color.BLUE and f(1) != f(2)\nassert f(1).name == "RED" and f(2).value == 2\nassert [c.name for c in Color] == ["RED", "BLUE"] and len(Color) == 2 and Color["RED"] is f(1) and f(1) in Color';
    await assertPasses(sandbox(), { code, checks });
  });

  test('stand-ins: named tuples are tuples with fields, also when they are given back', async () => {
    const code =
      'import collections, functools, typing\nP = collections.namedtuple("P", "x y")\nclass Q(typing.NamedTuple):\n    a: list\n    b: int = 2\n    def total(self):\n        return sum(self.a) + self.b\ndef f(x, y):\n    return P(x, y)\ndef far(p):\n    return p.x + p.y\n@functools.lru_cache(None)\ndef memo(n):\n    return n';
    const checks = [
      'p = f(1, 2)',
      'assert p == (1, 2) and p.x == 1 and p._fields == ("x", "y") and isinstance(p, tuple) and hash(p) == hash((1, 2))',
      'assert far(p) == 3 and far(P(3, 4)) == 7 and p._replace(x=5) == (5, 2) and far(p._replace(x=5)) == 7',
      'assert memo(1) == 1 and memo(1) == 1 and memo.cache_info().hits == 1',
      'assert Q([1]).b == 2 and f([1], 0) != f([2], 0) and type(p).__name__ == "P"',
    ].join('\n');
    assert.equal((await assertPasses(sandbox(), { code, checks })).testedBy, 'judge');
    await assertKind(
      sandbox(),
      {
        code: 'import collections\nP = collections.namedtuple("P", "x")\nclass L(P):\n    def __eq__(self, other): return True\ndef f(n):\n    return L(n)',
        checks: 'assert f(1) == (2,)',
      },
      'failed',
    );
  });

  test('stand-ins: a function of the test that the code wraps', async () => {
    const code =
      'import functools\ndef f(function):\n    @functools.wraps(function)\n    def twice(*given):\n        return 2 * function(*given)\n    return twice';
    const checks =
      '@f\ndef g(x):\n    "Its own text."\n    return x + 1\nassert g(1) == 4 and g.__name__ == "g" and g.__doc__ == "Its own text."';
    assert.equal((await assertPasses(sandbox(), { code, checks })).testedBy, 'judge');
  });

  test('stand-ins: what a test gives: iterators, views, classes, functions of libraries', async () => {
    const code =
      'def f(xs):\n    return sorted(xs)\ndef first(it):\n    return next(it)\ndef kind(x, t):\n    return isinstance(x, t)\ndef view(keys, d):\n    d["new"] = 1\n    return list(keys)';
    const checks = [
      'import operator',
      'assert f(n for n in range(3)) == [0, 1, 2] and f({"b": 1, "a": 2}.keys()) == ["a", "b"] and f({1: 5}.values()) == [5]',
      'it = iter([1, 2, 3])\nassert first(it) == 1 and next(it) == 2 and list(it) == [3]',
      'assert f(zip([2, 1], "ab")) == [(1, "b"), (2, "a")] and f(map(abs, [-2, 1])) == [1, 2]',
      'assert kind(1, int) and kind([], (list, dict)) and not kind("", float)',
    ].join('\n');
    assert.equal((await assertPasses(sandbox(), { code, checks })).testedBy, 'judge');
  });

  test('stand-ins: right code whose objects meet plain data runs beside the code, where the reference shows it', async () => {
    const code =
      'class Money:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == getattr(other, "x", other)\n    def __add__(self, other): return Money(self.x + getattr(other, "x", other))\ndef f(x):\n    return Money(x)';
    const checks = 'assert f(3) == 3\nassert (f(3) + 2).x == 5';
    const tests = { setup: '', checks };
    const request = {
      context: '',
      entryPoint: 'f',
      tests,
      timeoutSeconds: 60,
      report: 'all',
      reference: code,
    } as const;
    const right = await sandbox().run({ ...request, code });
    assert.deepEqual([right.kind, right.testedBy], ['passed', 'plain']);
    const number = {
      ...request,
      tests: { setup: '', checks: 'assert f(3) == 9' },
      reference: 'def f(x):\n    return x * x',
    };
    const liar = await sandbox().run({ ...number, code: LIARS });
    assert.deepEqual([liar.kind, liar.testedBy], ['failed', 'judge']);
  });

  test('stand-ins: a function of the test gives the candidate no way into the judge', async () => {
    const code = `def f(ask):
    found = []
    for name in ("__check__", "__builtins__", "check", "__loader__", "sys"):
        try:
            found.append(type(ask(name)).__name__)
        except Exception as error:
            found.append("raised")
    for name in ("__globals__", "__code__", "__class__", "__self__"):
        for thing in (ask, len):
            try:
                found.append(ask(thing, name))
            except Exception as error:
                found.append("raised")
    return 1
`;
    const look =
      'def look(name, attribute=None):\n    return globals()[name] if attribute is None else getattr(name, attribute)\n';
    const checks = `${look}assert f(look) == 2\nassert f(look) == 3`;
    await assertKind(sandbox(), { code, checks }, 'failed');
    const forging = `def f(ask):
    check = ask("__check__")
    for number in range(3):
        check(number, lambda: 1, None, None)
    return 1
`;
    for (const attempt of [code, forging]) {
      const verdict = await run(sandbox(), { code: attempt, checks });
      assert.notEqual(verdict.kind, 'passed');
      assert.equal(verdict.checksPassed, 0);
      await assertPasses(sandbox(), { code: 'def f(x):\n    return x', checks: 'assert f(2) == 2' });
      await assertKind(sandbox(), { code: 'def f(x):\n    return x', checks: 'assert f(2) == 3' }, 'failed');
    }
  });
}
