import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freeNames, importedNames, moduleReads, starImports } from '../../src/python/imports.ts';
import { readModule } from '../../src/python/python-module.ts';
import { isStandardModule, standardImport } from '../../src/python/standard-names.ts';

function free(...lines: string[]): string[] {
  return freeNames(readModule(`${lines.join('\n')}\n`));
}

describe('freeNames', () => {
  const cases: [string, string[], string[]][] = [
    ['a name inside a function', ['def f(a):', '    return math.sqrt(a) + len(a)'], ['math']],
    [
      'parameters, annotations and defaults',
      ['def f(a: List[int], b=base, *c, **d): return a, b, c, d'],
      ['List', 'base'],
    ],
    ['a name bound later at module level', ['def f(): return g()', 'def g(): return 1'], []],
    ['a name bound in another function', ['def f(): x = 1', 'def g(): return x'], ['x']],
    ['a generator in a call', ['total = sum(x * y for x, y in pairs if x)'], ['pairs']],
    ['nested comprehensions', ['ys = [[c for c in row] for row in rows]', 'c'], ['rows', 'c']],
    ['a walrus in a comprehension', ['ok = any((hit := x) for x in [1])', 'hit'], []],
    ['keyword arguments and attributes', ['f = lambda a, *b: a.size(key=b)', 'f(name=1)'], []],
    [
      'loops, with and except',
      ['for i, (j, *k) in z():', '    with o() as (p, q): i, j, k, p, q', 'try: pass', 'except E as e: e'],
      ['z', 'o', 'E'],
    ],
    [
      'a class body, unseen from its methods',
      ['class A:', '    size = 1', '    def m(self): return size, self.size'],
      ['size'],
    ],
    ['global', ['def f():', '    global memo', '    memo = {}', 'def g(): return memo'], []],
    ['match', ['match p:', '    case A(x=1, y=z) | [z, *_]: z', '    case {"k": v, **r} as w: v, r, w'], ['p', 'A']],
    ['f-strings', ['print(f"{value!r:>{width}} {x=}")'], ['value', 'width', 'x']],
    ['imports', ['import a.b, c as d', 'from . import (e as g, h)', 'a, d, g, h, c, e'], ['c', 'e']],
    ['scopes of comprehensions in a class', ['class A:', '    xs = [1]', '    ys = [x for x in xs if xs]'], ['xs']],
    ['what a class uses before it binds it', ['class A:', '    size = size'], ['size']],
    ['a walrus in a lambda and in a condition', ['f = lambda: [y := 1, y]', 'if (z := 1): z', 'y'], ['y']],
    [
      'nested functions',
      ['def f():', '    def g(): return x', '    x = 1', '    return g', 'def h(): return x'],
      ['x'],
    ],
    [
      'nonlocal',
      ['def f():', '    x = 1', '    def g():', '        nonlocal x', '        x = y', '    return g'],
      ['y'],
    ],
    ['deleted names', ['def f():', '    x = 1', '    del x', '    return x', 'del z', 'z'], []],
    ['handlers', ['try: pass', 'except (A, b.C) as e: e', 'except D: pass'], ['A', 'b', 'D']],
    [
      'type parameters',
      ['def f[T: B](x: T) -> U: return T', 'class A[S](C[S]): y: S', 'type X[R] = R | Q', 'T'],
      ['B', 'U', 'C', 'Q', 'T'],
    ],
    [
      '__class__, super and names of the module',
      ['class A:', '    def m(self): return __class__, super(), __name__'],
      [],
    ],
    ['no names in strings', ['x: "A" = "b"', 'def f(y: "C") -> "D": "e"'], []],
    [
      'annotations',
      ['x: A', 'def f(y: B = c, *d: E) -> F: z: G = 1', 'class H: i: J'],
      ['A', 'B', 'c', 'E', 'F', 'G', 'J'],
    ],
    ['private names of a class', ['class A:', '    def m(self): return __x, __y__', '__x = 1'], ['_A__x', '__y__']],
    ['augmented assignments', ['def f():', '    global n', '    n += 1', 'def g(): m += k'], ['k']],
    ['loops in loops of a comprehension', ['[a + b for a in c for b in a if d]', 'b'], ['c', 'd', 'b']],
    ['decorators and defaults around a function', ['@d(e)', 'def f(x, y=x): return f'], ['d', 'e', 'x']],
    ['names that Python takes for one', ['ﬁ = 1', 'fi', 'def f(ℌ): return H'], []],
    ['broken text', ['def f(x):', '    return x + y', '    z = = w', 'def g(): return f(v)'], ['y', 'v']],
    ['a star import of a known module', ['from math import *', 'print(sqrt(pi), gone)'], ['gone']],
  ];
  for (const [name, lines, expected] of cases) it(`sees ${name}`, () => assert.deepEqual(free(...lines), expected));
});

describe('moduleReads', () => {
  const reads = (...lines: string[]): string[] => {
    const module = readModule(`${lines.join('\n')}\n`);
    return [...moduleReads(module, module.statements[0]!)];
  };

  it('sees names of the module that functions really read, builtins too', () => {
    assert.deepEqual(reads('def f(n): return len(text) + n', 'text = input()'), ['len', 'text']);
    assert.deepEqual(reads('class A:', '    def m(self): return [limit for _ in self.rows]', 'limit = 2'), ['limit']);
  });

  it('takes no parameter, local variable, keyword or attribute for a name of the module', () => {
    const source = ['def f(text):', '    n = len(text)', '    return g(n=n).input', 'text = n = input()'];
    assert.deepEqual(reads(...source), ['len', 'g']);
    assert.deepEqual(reads('def f(): return [x for x in range(3)]', 'x = input()'), ['range']);
  });

  it('reads what a class uses before it binds it, and what an augmented assignment finds', () => {
    assert.deepEqual(reads('class A:', '    text = text', '    size = 1', '    y = size', 'text = 1'), ['text']);
    assert.deepEqual(reads('def f():', '    global n', '    n += 1', 'n = 0'), ['n']);
    assert.deepEqual(reads('def f(): n = 1', 'n = 0'), []);
  });

  it('reads a builtin that the module binds anew', () => {
    assert.deepEqual(reads('def f(): return open(path)', 'open = print', 'path = 1'), ['open', 'path']);
    assert.deepEqual(reads('def f(open, path): return open(path)', 'open = path = 1'), []);
  });

  it('reads what a function declares global, and what it hides from itself alone', () => {
    assert.deepEqual(reads('def f():', '    global memo', '    return memo', 'memo = {}'), ['memo']);
    assert.deepEqual(reads('def f():', '    def g(x): return x', '    return g(x)', 'x = 1'), ['x']);
  });
});

describe('imports', () => {
  it('lists what import statements bind, anywhere', () => {
    const module = readModule(
      'import a.b as c, d.e\ndef f():\n    from ..x import (y as z,\n        w)\nfrom m import *\n',
    );
    assert.deepEqual(
      importedNames(module).map(({ name, path }) => [name, path]),
      [
        ['c', 'a.b'],
        ['d', 'd.e'],
        ['z', '..x.y'],
        ['w', '..x.w'],
      ],
    );
    assert.deepEqual(starImports(module), ['m']);
  });

  const homes: [string, string, string | null][] = [
    ['math', 'math.pi', 'import math'],
    ['sqrt', 'sqrt(2)', 'from math import sqrt'],
    ['Counter', 'Counter(x)', 'from collections import Counter'],
    ['List', 'a: List[int]', 'from typing import List'],
    ['reduce', 'reduce(f, xs)', 'from functools import reduce'],
    ['datetime', 'datetime.datetime.now()', 'import datetime'],
    ['datetime', 'datetime.strptime(a, b)', 'from datetime import datetime'],
    ['copy', 'copy.deepcopy(a)', 'import copy'],
    ['deepcopy', 'deepcopy(a)', 'from copy import deepcopy'],
    ['bisect', 'bisect.insort(a, b)', 'import bisect'],
    ['bisect', 'bisect(a, b)', 'from bisect import bisect'],
    ['np', 'np.array(a)', null],
    ['constructor', 'constructor()', null],
    ['is_prime', 'is_prime(3)', null],
  ];
  for (const [name, source, expected] of homes) {
    it(`gives ${name} in ${source} its standard meaning`, () => assert.equal(standardImport(name, source), expected));
  }

  it('knows standard modules', () => {
    assert.equal(isStandardModule('itertools'), true);
    assert.equal(isStandardModule('numpy'), false);
  });
});
