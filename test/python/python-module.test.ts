import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parses, readExpression, readModule, readValidModule } from '../../src/python/python-module.ts';

const MIXED = [
  'import os.path as p, json',
  '@cached(1)',
  'async def naïve(é):',
  '\treturn é',
  'x = 1; y, (z, *w) = pair',
  "if __name__ == '__main__':",
  '    late = naïve(2)',
  'class Box:',
  '    size = 3',
  'assert x',
  'print(f"{x!r:>{y}}")',
];

describe('readModule', () => {
  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    it(`gives kinds, names and offsets with ${name}, tabs and letters beyond ASCII`, () => {
      const source = `# ¿comment? 😀${end}${MIXED.join(end)}${end}`;
      const { statements, errors } = readModule(source);
      assert.deepEqual(errors, []);
      assert.deepEqual(
        statements.map(({ kind, defines }) => [kind, ...defines]),
        [
          ['import', 'p', 'json'],
          ['function', 'naïve'],
          ['assignment', 'x'],
          ['assignment', 'y', 'z', 'w'],
          ['compound', 'late'],
          ['class', 'Box'],
          ['assert'],
          ['expression'],
        ],
      );
      for (const { from, to, text } of statements) assert.equal(source.slice(from, to), text);
      assert.equal(statements[1]!.text, ['@cached(1)', 'async def naïve(é):', '\treturn é'].join(end));
    });
  }

  it('says where broken text is broken and still reads what stands before', () => {
    const { statements, errors } = readModule('def f(a):\n    return a\n\nx = (1,\n');
    assert.equal(statements[0]!.text, 'def f(a):\n    return a');
    assert.ok(errors[0]! >= 25, `${errors}`);
  });

  it('never throws and gives offsets inside the text', () => {
    const piece = fc.constantFrom(
      'def f(a):',
      '\n',
      '    ',
      '\t',
      '"""',
      "'",
      '(',
      ']',
      'return a',
      '`',
      ' = ',
      'é',
      '#',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
        const source = pieces.join('');
        const module = readModule(source);
        for (const { from, to, text } of module.statements) assert.equal(source.slice(from, to), text);
        for (const at of module.errors) assert.ok(at >= 0 && at <= source.length);
        assert.equal(readValidModule(source) !== null, module.errors.length === 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parses', () => {
  const good = [
    'x = 1. / 3 + 1.e5 - 2.',
    'first, *rest = xs\nys = [tail for head, *tail in pairs]\n',
    'if x:\n\n    # a\n  # b\n    y\n# c\n',
    'def f(a, /, b: int = 2, *c, d, **e) -> int: ...\n',
    'match point:\n    case {"x": x, **rest} if x: pass\n    case [1, *_]: pass\n    case _: pass\n',
    'x = f"{a["k"]} {b!r:>{w}} {c=}"',
    'with open(a) as b, open(c) as d:\n    pass\n',
    'print(*xs, sep="")\nprint\n',
    'if (n := len(a)) > 3: pass\n',
    'total = a + \\\n    b\n',
    'try:\n    pass\nexcept (A, B) as e:\n    raise X from e\nelse:\n    pass\n',
    'if x:\n        y\nelse:\n  z\n',
    'x = (\n  1,\n# odd\n2)\n',
  ];
  for (const source of good) it(`accepts ${JSON.stringify(source)}`, () => assert.equal(parses(source), true));

  const bad = [
    'print "old"',
    'def f(x)\n    return x',
    'def f():\nreturn 1\n',
    '  x = 1',
    'x = 1\n  y = 2',
    'if x:\n    y\n  z\n',
    'if x:\n\ty\n        z\n',
    'return 1',
    'yield 1',
    'f(x) = 3',
    'x = “a”',
    'x = "open',
    '"""text""""\n',
    'raise X, Y',
    'a <> b',
    'try:\n    x\n',
    'assert x == 1,',
    'Here is the code:',
    "Don't do this.",
    '```python',
  ];
  for (const source of bad) it(`refuses ${JSON.stringify(source)}`, () => assert.equal(parses(source), false));

  it('tells one expression from anything else', () => {
    assert.equal(readExpression(' f(1, [2])  # note\n'), 'f(1, [2])');
    for (const text of ['', 'x = 1', 'a\nb', 'return a', 'f(', '# only a comment']) {
      assert.equal(readExpression(text), null, text);
    }
  });
});
