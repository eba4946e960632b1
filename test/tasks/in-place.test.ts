import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inPlaceTask } from '../../src/tasks/in-place/in-place-task.ts';
import { outlineOf } from '../../src/tasks/in-place/outline.ts';
import { placeText, readPlace } from '../../src/tasks/in-place/place.ts';
import { replaceDefinition } from '../../src/tasks/in-place/replace-definition.ts';
import { stubDefinition } from '../../src/tasks/in-place/stub-definition.ts';
import { readTarget } from '../../src/tasks/in-place/target.ts';
import { testSource } from '../../src/tasks/in-place/test-source.ts';

function target(source: string | Uint8Array, name: string) {
  return readTarget(Buffer.from(source as string), readPlace(`a.py:${name}`)!);
}

/** The file with an answer in it, as text of one byte a character; the reason where there is none. */
function replaced(source: string | Uint8Array, name: string, code: string): string {
  const file = replaceDefinition(target(source, name), code);
  return 'message' in file ? `${file.type}: ${file.message}` : Buffer.from(file.bytes).toString('latin1');
}

function stubbed(source: string, name: string): string {
  return Buffer.from(stubDefinition(target(source, name)) ?? []).toString();
}

describe('a place', () => {
  test('is a Python file, a colon and names', () => {
    assert.deepEqual(readPlace('src/a.py:f'), { file: 'src/a.py', names: ['f'] });
    assert.deepEqual(readPlace('a.py::A.B.method'), { file: 'a.py', names: ['A', 'B', 'method'] });
    assert.equal(placeText(readPlace('a.py::A.m')!), 'a.py:A.m');
    for (const text of ['a.py', 'a.txt:f', 'a.py:', 'a.py:1f', 'a.py:f()', '-', 'a.py:A..b'])
      assert.equal(readPlace(text), null, text);
  });

  test('that is not there, or there several times, is refused with what helps', () => {
    const source =
      'class A:\n    def slug(self): pass\n\n\ndef slugify(): pass\n\n\nif 1:\n    def two(): pass\nelse:\n    def two(): pass\n';
    assert.throws(() => target(source, 'slugfy'), /a\.py does not define slugfy; did you mean slugify\?$/);
    assert.throws(() => target(source, 'slug'), /a\.py does not define slug; did you mean A\.slug\?$/);
    assert.throws(
      () => target(source, 'two'),
      /a\.py:two is defined 2 times \(lines 9, 11\); expected one definition$/,
    );
    assert.throws(() => target('def f(:\n', 'f'), /a\.py is not valid Python 3: see line 1$/);
  });

  test('passes over declarations of overloads', () => {
    const source = '@overload\ndef f(a: int): ...\n@typing.overload\ndef f(a: str): ...\ndef f(a): return a\n';
    assert.equal(target(source, 'f').node.from, source.lastIndexOf('def f'));
  });
});

describe('a definition of an answer in its file', () => {
  test('keeps decorators, docstring, the comment behind it and every other byte', () => {
    const source =
      '\ufeff# top\nimport os\n\n\n@cache\n@other(1)  # why\ndef f(x):\n    """Say.\n\n    More."""\n    return x  # old\n# after\n\nX=1';
    const answer = '@wrong\ndef f(x, y=2):\n    z = x\n    return z + y  # new\n';
    const before = Buffer.from(source).toString('latin1');
    const expected = before
      .replace('def f(x):', 'def f(x, y=2):')
      .replace('    return x  # old', '    z = x\n    return z + y  # new');
    assert.equal(replaced(source, 'f', answer), expected);
  });

  test('takes the docstring and the decorators of the answer where the file has none', () => {
    const answer = 'import functools\n\n\n@functools.cache\ndef f(x):\n    """New."""\n    return x\n';
    assert.equal(replaced('import os\n\n\ndef f(x): pass\n', 'f', answer), `import os\n\n\n${answer}`);
  });

  test('takes the blanks of the file, but for lines within strings', () => {
    const source = 'class A:\n\tclass B:\n\t\tasync def m(self):\n\t\t\tpass\n\n\tx = 1\n';
    const answer =
      'async def m(self, a):\n  """Doc\n  two."""\n  if a:\n    s = """x\n  y"""\n    return (s,\n            a)\n';
    const inner =
      '\t\tasync def m(self, a):\n\t\t\t"""Doc\n\t\t\ttwo."""\n\t\t\tif a:\n\t\t\t\ts = """x\n  y"""\n\t\t\t\treturn (s,\n\t\t\t\t\t\t\t\ta)\n';
    assert.equal(replaced(source, 'A.B.m', answer), `class A:\n\tclass B:\n${inner}\n\tx = 1\n`);
  });

  test('is found within its class too, and brings along what it needs', () => {
    const source = 'import re\n\n\nclass A:\n    def m(self, x):\n        return x\n';
    const answer =
      'import re\nimport math\n\n\ndef half(x):\n    return math.floor(x / 2)\n\n\ndef unused():\n    pass\n\n\nclass A:\n    def m(self, x):\n        return half(re.sub("a", "b", x))\n';
    const expected =
      'import re\n\n\nclass A:\n    def m(self, x):\n        import math\n        def half(x):\n            return math.floor(x / 2)\n        return half(re.sub("a", "b", x))\n';
    assert.equal(replaced(source, 'A.m', answer), expected);
  });

  test('has its helpers before it in a file, and an import that the file has otherwise within', () => {
    const source = 'import datetime\n\n\ndef f(x):\n    return x\n\n\ndef g():\n    return datetime.date.today()\n';
    const answer =
      'from datetime import datetime\nLIMIT = 3\n\n\ndef help(x):\n    return x + LIMIT\n\n\ndef f(x):\n    return help(datetime(x))\n';
    const expected =
      'import datetime\n\n\nLIMIT = 3\n\n\ndef help(x):\n    return x + LIMIT\n\n\ndef f(x):\n    from datetime import datetime\n    return help(datetime(x))\n\n\ndef g():\n    return datetime.date.today()\n';
    assert.equal(replaced(source, 'f', answer), expected);
  });

  test("uses the file's own helpers where the answer repeats them", () => {
    const source = 'def help(x):\n    return 1\n\n\ndef f(x):\n    pass\n';
    const answer = 'def help(x):\n    return 2\n\n\ndef f(x):\n    return help(x)\n';
    assert.equal(replaced(source, 'f', answer), 'def help(x):\n    return 1\n\n\ndef f(x):\n    return help(x)\n');
  });

  test('ends its lines as the file does', () => {
    const source = 'import os\r\n\r\ndef f(x):\r\n    return x\r\n\r\nX = """a\nb"""\r\n';
    assert.equal(
      replaced(source, 'f', 'def f(x):\n    y = x\n    return y\n'),
      source.replace('    return x\r\n', '    y = x\r\n    return y\r\n'),
    );
    assert.equal(replaced('def f(): pass', 'f', 'def f(): return 1\n'), 'def f(): return 1');
    assert.equal(
      replaced('def f(): pass', 'f', 'import re\ndef f(): return re.X\n'),
      'def f():\n    import re\n    return re.X',
    );
  });

  test('is written in the encoding of the file, or refused', () => {
    const latin = Buffer.from('# -*- coding: latin-1 -*-\nX = "\xe9"\n\ndef f():\n    return "\xfc"\n', 'latin1');
    const text = latin.toString('latin1');
    assert.equal(replaced(latin, 'f', 'def f():\n    return "ä"\n'), text.replace('"\xfc"', '"\xe4"'));
    assert.match(
      replaced(latin, 'f', 'def f():\n    return "→"\n'),
      /characters that the encoding of a\.py does not have/,
    );
    const windows = Buffer.from(
      '#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nX = "\x80"\n\ndef f(): pass\n',
      'latin1',
    );
    assert.match(replaced(windows, 'f', 'def f(): return 1\n'), /X = "\x80"\n\ndef f\(\): return 1\n$/);
    assert.match(replaced(windows, 'f', 'def f(): return "é"\n'), /characters that the encoding/);
    assert.throws(() => target(Buffer.from('X = "\xe9"\n\ndef f(): pass\n', 'latin1'), 'f'), /is not valid UTF-8/);
    assert.throws(
      () => target('# coding: euc-jp\ndef f(): pass\n', 'f'),
      /is written in euc-jp; greenloop can change only UTF-8 and/,
    );
  });

  test('is a whole class where the class is meant', () => {
    const source = '@dataclass\nclass A:\n    x: int\n\n\nA(1)\n';
    const answer = 'import math\n\n\nclass A(object):\n    x: int = 2\n\n    def area(self):\n        return math.pi\n';
    assert.equal(
      replaced(source, 'A', answer),
      'import math\n\n\n@dataclass\nclass A(object):\n    x: int = 2\n\n    def area(self):\n        return math.pi\n\n\nA(1)\n',
    );
  });

  test('is refused where it is no Python, something else, or fits nowhere', () => {
    assert.match(replaced('def f(): pass\n', 'f', 'def f(:\n'), /line 1 of the answer is no Python 3/);
    assert.match(replaced('def f(): pass\n', 'f', 'def g(): pass\n'), /NameError: name 'f' is not defined/);
    assert.match(replaced('def f(): pass\n', 'f', 'class f: pass\n'), /NameError: name 'f' is not defined/);
  });

  test('says where its lines stand in the file', () => {
    const file = replaceDefinition(
      target('import os\n\n\n@a\ndef f(x):\n    """D."""\n    return x\n', 'f'),
      'import re\n\ndef f(x):\n    return re.x\n',
    );
    assert.ok('bytes' in file);
    const line = 1 + file.text.split('\n').findIndex((one) => one.includes('return re.x'));
    assert.equal(line - file.lines.offset, 4);
  });
});

describe('a definition that only tells of its calls', () => {
  test('keeps its header, and the rest of the file', () => {
    assert.equal(
      stubbed('@a\nasync def f(x) -> int:\n  """D."""\n  return x\n\nX = 1\n', 'f'),
      '@a\nasync def f(x) -> int:\n  __import__("greenloop_reach").called()\n\nX = 1\n',
    );
    assert.equal(
      stubbed('async def f():\n    yield 1\n', 'f'),
      'async def f():\n    __import__("greenloop_reach").called()\n    yield\n',
    );
  });

  test('has every function of a class; a class without any cannot tell', () => {
    assert.equal(
      stubbed('class A:\n    x = 1\n    def f(self): return 1\n    def g(self):\n        return 2\n', 'A'),
      'class A:\n    x = 1\n    def f(self):\n        __import__("greenloop_reach").called()\n    def g(self):\n        __import__("greenloop_reach").called()\n',
    );
    assert.equal(stubDefinition(target('class A:\n    x = 1\n', 'A')), null);
  });
});

describe('what a model is told', () => {
  const source = `import os\n${'# filler of the file\n'.repeat(100)}LIMIT = 3\n\n\ndef other(a, b):\n    return ${'a + '.repeat(100)}b\n\n\nclass A(Base):\n    def __init__(self):\n        self.x = 1\n\n    def m(self, x):\n        """Say."""\n        return x\n`;

  test('is the whole file where that fits, else its headers around the definition', () => {
    assert.equal(outlineOf(target('def f(): pass\n', 'f'), 1000), 'def f(): pass');
    assert.equal(
      outlineOf(target(source, 'A.m'), 1000),
      'import os\nLIMIT = 3\ndef other(a, b): ...\nclass A(Base):\n    def __init__(self): ...\n    def m(self, x):\n        """Say."""\n        return x',
    );
    assert.equal(
      outlineOf(target(source, 'A.m'), 85),
      'import os\nclass A(Base):\n    def m(self, x):\n        """Say."""\n        return x',
    );
  });

  test('fits the room, with failures and tests', () => {
    const clues = {
      command: 'pytest',
      failures: 'test_m: m(1) gave 1, expected 2',
      tests: ['def test_m():\n    assert A().m(1) == 2'],
      room: 2000,
    };
    const { prompt, tests } = inPlaceTask(target(source, 'A.m'), clues);
    assert.deepEqual(
      [prompt.form, prompt.entryPoint, prompt.id, tests],
      ['in-place', 'm', 'a.py:A.m', { command: 'pytest' }],
    );
    for (const part of [
      'method `A.m`',
      'test_m: m(1) gave 1',
      'assert A().m(1) == 2',
      'alone, without the class around it',
    ])
      assert.ok(prompt.text.includes(part), part);
    assert.ok(prompt.text.length <= 2000);
    const huge = { ...clues, failures: 'x'.repeat(10_000), tests: ['y'.repeat(10_000), 'def test_b(): pass'] };
    const cut = inPlaceTask(target(source, 'A.m'), huge).prompt.text;
    assert.ok(cut.length <= 2000 && cut.includes('def test_b(): pass') && cut.includes('return x'));
  });

  test('holds the text of a test by its name', () => {
    const tests = 'class TestA:\r\n    def test_x(self):\r\n        assert 1\r\n\r\ndef test_x():\r\n    assert 2\r\n';
    assert.equal(testSource(tests, 'TestA.test_x'), '    def test_x(self):\n        assert 1');
    assert.equal(testSource(tests, 'test_x'), 'def test_x():\n    assert 2');
    assert.equal(testSource(tests, 'test_y'), null);
  });
});
