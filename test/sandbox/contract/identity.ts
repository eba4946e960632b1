import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKind, assertPasses, type Program } from '../runs.ts';
import type { Opened } from '../sandbox-contract.ts';

/** Wrong code that hands out what it was given, or what it keeps, where a new object is asked for. */
const WRONG = {
  'a copy that is the argument': [
    'def f(xs):\n    return xs',
    'xs = [1, 2, 3]\nys = f(xs)\nassert ys == xs\nassert ys is not xs',
  ],
  'a copy that changes with the argument': [
    'def f(xs):\n    return xs',
    'xs = [1, 2, 3]\nys = f(xs)\nys.append(4)\nassert ys == [1, 2, 3, 4]\nassert xs == [1, 2, 3]',
  ],
  'a shallow copy': [
    'def f(xs):\n    return list(xs)',
    'xs = [[1], [2]]\nys = f(xs)\nys[0].append(9)\nassert ys == [[1, 9], [2]]\nassert xs == [[1], [2]]',
  ],
  'a default argument that is shared': [
    'def f(x, xs=[]):\n    xs.append(x)\n    return xs',
    'first = f(1)\nassert first == [1]\nf(2)\nassert first == [1]',
  ],
  'a cached list': [
    'cache = {}\ndef f(n):\n    return cache.setdefault(n, [0] * n)',
    'one, two = f(3), f(3)\none[0] = 7\nassert one == [7, 0, 0]\nassert two == [0, 0, 0]',
  ],
  'rows that are one list': [
    'def f(n):\n    return [[0] * n] * n',
    'grid = f(2)\ngrid[0][0] = 1\nassert grid == [[1, 0], [0, 0]]',
  ],
  'an argument that is kept and changed later': [
    'kept = []\ndef f(xs):\n    kept.append(xs)\n    for known in kept:\n        known.append(0)\n    return len(xs)',
    'one = [1]\nassert f(one) == 2\nf([])\nassert one == [1, 0]',
  ],
  'a dict of a class that its instances share': [
    'class Box:\n    items = {}\n    def put(self, key):\n        self.items[key] = 1\n        return self.items\ndef f():\n    return Box()',
    'a, b = f(), f()\none = a.put("x")\nassert b.put("y") == {"y": 1}\nassert one == {"x": 1}',
  ],
} as const satisfies Record<string, readonly [code: string, checks: string]>;

/** Right code, which plain Python passes too. */
const RIGHT = {
  'the argument itself': ['def f(xs):\n    return xs', 'xs = [1]\nassert f(xs) is xs\nassert f(f(xs)) is xs'],
  'a part of the argument': [
    'def f(xs):\n    return xs[0]',
    'xs = [{}]\nassert f(xs) is xs[0]\nf(xs)["a"] = 1\nassert xs == [{"a": 1}]',
  ],
  'what it keeps': [
    'kept = {}\ndef f(key):\n    return kept.setdefault(key, [])',
    'f("a").append(1)\nassert f("a") == [1]\nassert f("a") is f("a")',
  ],
  'what the test changes between calls': [
    'kept = []\ndef f(xs):\n    kept.append(xs)\n    return sum(map(sum, kept))',
    'xs = [1]\nassert f(xs) == 1\nxs.append(5)\nassert f([]) == 6\nxs[:] = []\nassert f([]) == 0',
  ],
  'an argument that holds itself': [
    'def f(xs):\n    xs.append(xs)\n    return {"xs": xs}',
    'xs = []\nd = f(xs)\nassert xs[0] is xs and d["xs"] is xs',
  ],
  'what a function of the test changes': [
    'def f(xs, change):\n    change()\n    return len(xs)',
    'xs = []\nassert f(xs, lambda: xs.append(1)) == 1\nassert xs == [1]',
  ],
  'an attribute that is a list': [
    'class Bag:\n    def __init__(self):\n        self.items = []\n    def __len__(self):\n        return len(self.items)\ndef f():\n    return Bag()',
    'bag = f()\nbag.items.append(1)\nassert len(bag) == 1 and bag.items is bag.items\nbag.items = [1, 2]\nassert len(bag) == 2',
  ],
  'values that are equal and not the same': [
    'def f(xs):\n    xs[0] = True\n    xs[1] = -0.0\n    xs[2] = 1.0',
    'import math\nxs = [1, 0.0, 1] + list(range(20_000))\nf(xs)\nassert xs[0] is True and math.copysign(1, xs[1]) == -1\nassert type(xs[2]) is float',
  ],
} as const satisfies Record<string, readonly [code: string, checks: string]>;

const FUNCTIONS = `kept, cache = {}, {}
def same(x): return x
def keep(key, x): kept[key] = x
def kept_at(key): return kept.get(key)
def cached(n): return cache.setdefault(n, [n])
def around(x): return [x, {"x": x}, (x, [x])]
def parts(x): return [item for item in x.values()] if isinstance(x, dict) else list(x)
def both(a, b):
    put(a, b)
    return a
def put(a, b):
    if isinstance(a, dict): a[len(a)] = b
    elif isinstance(a, bytearray): a.append(len(a) % 256)
    elif isinstance(a, set): a.add(len(a))
    elif a is not None: a.append(b)
def drop(a):
    if a: a.popitem() if isinstance(a, dict) else a.pop()
def grow_all(): [put(x, 0) for x in [*kept.values(), *cache.values()]]
def f(x): return x
`;

/** The same steps with the candidate's functions and with ones of the test's own process: what a test sees has to be the same. */
const STEPS = `import collections, random
OWN = {}
exec(${JSON.stringify(FUNCTIONS)}, OWN)
NAMES = "same keep kept_at cached around parts both put drop grow_all".split()
def steps(functions, seed):
    chance = random.Random(seed)
    known, log = [[], {}, set(), collections.deque(), bytearray(b"a"), [[]]], []
    def some(): return chance.choice(known)
    for _ in range(40):
        what = chance.choice(NAMES + ["new", "change", "forget", "nest"])
        if what == "new": known.append(chance.choice([[], {}, [[], []], {"a": [1]}, [0] * 3, collections.OrderedDict(a=[]), collections.Counter("ab")]))
        elif what == "change": OWN["put"](some(), chance.choice([some(), 7]))
        elif what == "nest": known.append([some(), (some(), 1)])
        elif what == "forget" and len(known) > 4: known.pop(chance.randrange(len(known)))
        elif what in NAMES:
            given = {"keep": lambda: (chance.randrange(3), some()), "kept_at": lambda: (chance.randrange(3),), "cached": lambda: (chance.randrange(2),), "both": lambda: (some(), some()), "put": lambda: (some(), some()), "grow_all": lambda: ()}.get(what, lambda: (some(),))()
            value = functions[what](*given)
            if isinstance(value, (list, dict, set, collections.deque, bytearray)): known.append(value)
        log.append((what, seen(known)))
    return log
def seen(values):
    numbers = {}
    def one(value):
        if not isinstance(value, (list, dict, set, tuple, collections.deque, bytearray)): return value
        if not isinstance(value, tuple):
            if id(value) in numbers: return "again", numbers[id(value)]
            numbers[id(value)] = len(numbers)
        if isinstance(value, dict): return type(value).__name__, [(key, one(item)) for key, item in value.items()]
        if isinstance(value, (set, bytearray)): return type(value).__name__, sorted(value)
        return type(value).__name__, [one(item) for item in value]
    return [one(value) for value in values]
`;

/** Which objects of a test and of the code are the same. */
export function testIdentity(sandbox: Opened): void {
  for (const [what, [code, checks]] of Object.entries(WRONG)) {
    test(`identity: ${what} is not taken for a new object`, async () => {
      await assertKind(sandbox(), programOf(code, checks), 'failed');
    });
  }

  for (const [what, [code, checks]] of Object.entries(RIGHT)) {
    test(`identity: ${what} is what the test has`, async () => {
      assert.equal((await assertPasses(sandbox(), programOf(code, checks))).testedBy, 'judge');
    });
  }

  test('identity: random steps are seen as plain Python sees them', async () => {
    const names =
      'FUNCTIONS = {"same": same, "keep": keep, "kept_at": kept_at, "cached": cached, "around": around, "parts": parts, "both": both, "put": put, "drop": drop, "grow_all": grow_all}';
    const clear = 'OWN["kept"].clear(); OWN["cache"].clear()';
    const checks = `${STEPS}${names}\nfor seed in range(25):\n    assert steps(FUNCTIONS, seed) == steps(OWN, seed), seed\n    ${clear}; clear()\n`;
    const code = `${FUNCTIONS}def clear():\n    kept.clear()\n    cache.clear()\n`;
    const verdict = await assertPasses(sandbox(), { code, checks });
    assert.equal(verdict.testedBy, 'judge');
    assert.equal(verdict.checksPassed, 25);
  });

  test('identity: what nobody holds any more is not kept up to date', async () => {
    const code = 'seen = []\ndef f(xs):\n    seen[:] = [xs]\n    return [len(xs)]';
    await assertPasses(sandbox(), programOf(code, 'for n in range(3000):\n    f([0] * 200)\nassert f([0]) == [1]'));
  });
}

function programOf(code: string, checks: string): Program {
  return { code, checks };
}
