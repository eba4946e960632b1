import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCalls } from '../../src/python/calls.ts';
import { definedFunctions } from '../../src/python/definitions.ts';
import { freeNames } from '../../src/python/imports.ts';
import { firstErrorLine, readModule } from '../../src/python/python-module.ts';

/** Each top-level statement by its kind, or by its names where it binds some; a `!` where an error lies in it. */
function outline(source: string): string {
  const { statements, errors } = readModule(source);
  const parts = statements.map(({ kind, defines, from, to }) => {
    const isBroken = errors.some((at) => at >= from && at <= to);
    return `${defines.length > 0 ? defines.join('+') : kind}${isBroken ? '!' : ''}`;
  });
  return parts.join(' ');
}

describe('reading broken text', () => {
  const cases: [string, string, string][] = [
    [
      'prose between functions',
      'Here is it:\n\ndef f(x):\n    return x\n\nThat\'s "all".\n\ndef g(): pass\n',
      'other! f other! g',
    ],
    ['a broken line in a body', 'def f(x):\n    y = = 3\n    return y\n\ndef g(): pass\n', 'f! g'],
    ['a broken body on one line', 'def f(x): return = 1\ndef g(): pass\n', 'f! g'],
    ['a header without its colon', 'def f(x)\n    return x\ny = 2\n', 'f! y'],
    ['a header with an open bracket', 'def f(a, b:\n    return a\n\ndef g(): pass\n', 'f! g'],
    ['a class with a broken header', 'class A(:\n    def m(self): return 1\nx = 1\n', 'A! x'],
    ['an open bracket before a definition', 'x = [1, 2\nprint(x)\nclass A: pass\n', 'other! A'],
    ['an open bracket before an import', 'f(1,\nfrom a.b import c\nd = c\n', 'other! c d'],
    ['an open call in a body', 'def f(x):\n    return g(x\n\nasync def h(): pass\n', 'f! h'],
    ['an open string', 'x = "abc\ny = 2\n', 'x! y'],
    ['an open string in a call', 'print("abc)\ny = 2\n', 'other! y'],
    ['an open f-string', 'print(f"a {x")\ny = 1\n', 'other! y'],
    ['a condition without its colon', 'if x\n    y = 1\nelse:\n    z = 2\nw = 3\n', 'y+z! w'],
    ['a broken condition', 'if x = = 1:\n    y = 1\nz = 2\n', 'y! z'],
    ['a broken case', 'match x:\n    case 1\n        y\n    case 2: z = 1\nw = 1\n', 'z! w'],
    ['a broken handler', 'try:\n    x = 1\nexcept A as 3:\n    y = 1\nz = 1\n', 'y! z'],
    ['lines indented without need', 'x = 1\n    y = 2\nz = 3\n', 'x y! z'],
    ['a text that is indented as a whole', '    def f(x):\n        return x\n', 'f!'],
    ['a level that matches none', 'if x:\n        y\n    z\nw = 1\n', 'compound expression! w'],
    ['fences', '```python\ndef f(x): return 1\n```\n', 'other! f other!'],
    ['a decorator of nothing', '@a\nx = 1\ny = 2\n', 'other! y'],
    ['a header alone', 'x = 1\ndef f(x):\n', 'x f!'],
    ['signs of no meaning', 'x = 1 ? 2\n$y\nz = 3\n', 'other! other! z'],
  ];
  for (const [name, source, expected] of cases)
    it(`sees what stands around ${name}`, () => assert.equal(outline(source), expected));

  it('gives a text in quotes that are never closed to the end, and its error to the beginning', () => {
    const source = 'x = 1\ndef f(x):\n    """Doc\n    return 1\n\ndef g(): pass\n';
    const { statements, errors } = readModule(source);
    assert.deepEqual(errors, [source.indexOf('"""')]);
    assert.equal(statements.at(-1)!.to, source.trimEnd().length);
  });

  it('takes no header for an empty function whose body is broken', () => {
    const [broken, missing] = definedFunctions(readModule('def f():\n    return (\n\ndef g():\n'));
    assert.deepEqual([broken!.isEmpty, missing!.isEmpty], [false, true]);
  });

  const lines: [string, number | null][] = [
    ['x = 1\ny = (\n', 2],
    ['x = 1\r\ny = = 2\r\n', 2],
    ['if x:\n    y\n  z\n', 3],
    ['x = (1,\n2 3)\n', 2],
    ['x = \ny = 1\n', 1],
    ['x = 1\n', null],
  ];
  for (const [source, line] of lines) {
    it(`finds the first error of ${JSON.stringify(source)}`, () =>
      assert.equal(firstErrorLine(readModule(source)), line));
  }
});

/** Text made to be slow or deep, by name. */
const HOSTILE: Readonly<Record<string, string>> = {
  'open brackets': '('.repeat(10_000),
  'lines of open brackets': '(\n'.repeat(50_000),
  'closing brackets': ')]}'.repeat(10_000),
  'mixed brackets': '([{'.repeat(10_000),
  'open subscripts': 'a['.repeat(10_000),
  'open dicts': '{1:'.repeat(10_000),
  lambdas: 'lambda:'.repeat(10_000),
  conditions: '1 if 1 else '.repeat(10_000),
  'lambdas and conditions': `${'(lambda: '.repeat(190)}${'1 if a else '.repeat(700)}1${')'.repeat(190)}`,
  'lambdas in defaults': 'lambda x='.repeat(10_000),
  'nested f-strings': 'f"{'.repeat(10_000),
  'nested format specifications': `f"${'{x:'.repeat(10_000)}`,
  'a long number': '1_'.repeat(300_000),
  'open quotes': `${'"'.repeat(100_001)}`,
  'bad escapes': `"${'\\x'.repeat(50_000)}"`,
  backslashes: '\\'.repeat(50_000),
  'continued lines': '\\\n'.repeat(50_000),
  'prose with quotes and brackets': "Don't do (this [or that.\n".repeat(10_000),
  'deep blocks': Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}if 1:`).join('\n'),
  'tabs and spaces': 'x\n\tx\n        x\n'.repeat(10_000),
  'match without end': 'match x\n'.repeat(10_000),
  'patterns in brackets': `match x:\n case ${'('.repeat(10_000)}`,
  'decorators of nothing': '@a\n'.repeat(10_000),
  'loops in a comprehension': `[x ${'for x in y '.repeat(10_000)}]x`,
  'declarations of one name': `def f():\n${' nonlocal x\n'.repeat(10_000)}`,
  zeros: '\0'.repeat(50_000),
  'half characters': '\ud800'.repeat(50_000),
};

/** Long, and Python all the same. */
const LONG: Readonly<Record<string, string>> = {
  'nots in brackets': `${'f('.repeat(190)}${'not '.repeat(5000)}x${')'.repeat(190)}`,
  'many fields': `f"${'{x}'.repeat(30_000)}"`,
  'a long line': `x = "${'a'.repeat(1_000_000)}"`,
  'a long name': 'é'.repeat(300_000),
  sums: `x = ${'1+'.repeat(10_000)}1`,
  signs: `x = ${'-'.repeat(10_000)}1`,
  nots: `x = ${'not '.repeat(10_000)}1`,
  powers: `x = ${'2**'.repeat(10_000)}2`,
  alternatives: `x = ${'a or '.repeat(10_000)}a`,
  'calls of calls': `f${'()'.repeat(10_000)}`,
  attributes: `a${'.b'.repeat(10_000)}`,
  arguments: `f(${'1,'.repeat(50_000)})`,
  'strings side by side': `x = ${'"a" '.repeat(50_000)}`,
  'many elifs': `if a: b\n${'elif a: b\n'.repeat(10_000)}`,
  'many targets': `${'a='.repeat(10_000)}1`,
};

describe('text that is long or deep', () => {
  for (const [name, source] of Object.entries({ ...HOSTILE, ...LONG })) {
    it(`is read to its end: ${name}`, () => {
      const module = readModule(source);
      assert.equal(module.errors.length === 0, name in LONG);
      for (const at of module.errors) assert.ok(at >= 0 && at <= source.length);
      definedFunctions(module);
      findCalls(module);
      freeNames(module);
    });
  }
});
