import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';

const MARKDOWN = `# Pairs

Write a function that pairs neighbours.

\`\`\`python
from itertools import pairwise

def label(pair):
    return "-".join(pair)

def pair_up(words: list[str]) -> list[str]:
    ...
\`\`\`

For instance:

- \`pair_up(["a", "b"])\` returns \`["a-b"]\`
- \`pair_up([])\` returns \`[]\`

    >>> pair_up(["x", "y", "z"])
    ['x-y', 'y-z']
`;

test('a Markdown task: entry point, context and examples out of its text', () => {
  const { prompt, tests } = readFreeTask(MARKDOWN);
  assert.equal(prompt.entryPoint, 'pair_up');
  assert.equal(prompt.form, 'description');
  assert.equal(prompt.text, MARKDOWN);
  assert.equal(prompt.context, 'from itertools import pairwise\ndef label(pair):\n    return "-".join(pair)');
  assert.deepEqual(
    prompt.examples.map(({ source }) => source),
    [
      `assert pair_up(["x", "y", "z"]) == ['x-y', 'y-z']`,
      'assert pair_up(["a", "b"]) == ["a-b"]',
      'assert pair_up([]) == []',
    ],
  );
  assert.equal(tests, null);
});

test('a Python stub is a signature', () => {
  const stub =
    'import math\n\ndef area(radius):\n    """The area of a disc.\n\n    >>> round(area(1), 2)\n    3.14\n    """\n';
  const { prompt } = readFreeTask(stub, { id: 'disc' });
  assert.equal(prompt.id, 'disc');
  assert.equal(prompt.form, 'signature');
  assert.equal(prompt.context, 'import math');
  assert.deepEqual(prompt.examples, [{ source: 'assert round(area(1), 2) == 3.14' }]);
  assert.equal(readFreeTask('def area(radius: float) -> float:\n').prompt.form, 'signature');
});

test('where the entry point comes from', () => {
  const told: readonly [string, string, string?][] = [
    ['Write `is_even(n)` please.', 'is_even'],
    ['Write a function called twice that doubles.', 'twice'],
    ['Write the function `twice`.', 'twice'],
    ['Write a function twice(n) that doubles.', 'twice'],
    ['Write a function is_even for numbers.', 'is_even'],
    ['Write an `is_even` function.', 'is_even'],
    ['A function that doubles. Function name: twice', 'twice'],
    ['A function that doubles, named twice', 'twice'],
    ['Write a class Stack that holds things.', 'Stack'],
    ['I want twice(2) to double, so twice(2) should be 4.', 'twice'],
    ['Sum them.\nassert add(1, 2) == 3', 'add'],
    ['Sum them.\nadd(1, 2) -> 3', 'add'],
    ['Do it.', 'solve', 'assert sorted(solve([2, 1])) == [1, 2]'],
    ['Uses `helper(x)`.\n```\ndef main_part(x):\n    pass\n```\n', 'main_part'],
    ['```py\ndef a(x):\n    return 1\n\ndef b(x):\n    """Calls a."""\n```', 'b'],
  ];
  for (const [text, entryPoint, tests] of told)
    assert.equal(readFreeTask(text, { tests }).prompt.entryPoint, entryPoint, text);
});

test('a task that names no function or several is refused with what to do', () => {
  assert.throws(() => readFreeTask('Write something nice.'), /names no function: say which one to write$/);
  assert.throws(() => readFreeTask('Write `a(x)` and `b(x)`.'), /several functions \(a, b\): say which one to write$/);
  assert.equal(readFreeTask('Write `a(x)` and `b(x)`.', { entryPoint: 'b' }).prompt.entryPoint, 'b');
  assert.throws(() => readFreeTask('x', { entryPoint: 'no name' }), Refusal);
  assert.throws(() => readFreeTask('  \n'), /empty/);
});

test('tests define check or assert things of the entry point', () => {
  const text = 'Write `twice(n)`.';
  const check = 'def check(candidate):\n    assert candidate(2) == 4\n';
  assert.deepEqual(readFreeTask(text, { tests: check }).tests, { setup: '', checks: check });
  assert.deepEqual(readFreeTask(text, { tests: 'assert twice(2) == 4' }).tests, {
    setup: '',
    checks: 'assert twice(2) == 4',
  });
  assert.throws(
    () => readFreeTask(text, { tests: 'import unittest\n' }),
    /test nothing: expected test functions or classes, or asserts/,
  );
  assert.throws(
    () => readFreeTask(text, { tests: 'twice(2)\n' }),
    /the tests have no check\(candidate\), no test functions/,
  );
  assert.throws(() => readFreeTask(text, { tests: 'x = 1\nassert twice(2 == 4\n' }), /not valid Python: see line 2/);
});

const TEST = 'def test_twice():\n    assert twice(2) == 4\n';
const MODERN: readonly [string, string][] = [
  [
    'a bare yield',
    `import pytest\n@pytest.fixture\ndef traced():\n    print("begin")\n    yield\n    print("end")\n${TEST}`,
  ],
  [
    'with in brackets',
    `def test_twice():\n    with (io.StringIO() as a, io.StringIO() as b):\n        assert twice(2) == 4\n`,
  ],
  [
    'a class pattern',
    `def test_twice():\n    match twice(2):\n        case int(): pass\n        case []: assert False\n`,
  ],
  ['a walrus in a call', 'def test_twice():\n    assert str(x := twice(2)) == "4"\n'],
  ['a subscript as decorator', `@cases[0]\n${TEST}`],
  ['a starred subscript', `def test_twice():\n    assert table[*twice(2)]\n`],
  ['form feeds', `\f${TEST}\f\n${TEST}`],
  ['type parameters', `def same[T](x: T) -> T: return x\ntype Number = int | float\n${TEST}`],
  [
    'quotes in f-strings',
    `def test_twice():\n    assert f"{d["key"]}" == f"{'\\n'.join(x)}"\n    assert twice(2) == 4\n`,
  ],
  ['a match that is no keyword', `match = case = 1\nprint(match)\n${TEST}`],
];

for (const [name, tests] of MODERN) {
  test(`tests with ${name} are taken as they are`, () => {
    const program = readFreeTask('Doubles.', { tests, entryPoint: 'twice' }).tests;
    assert.deepEqual(program, { program: tests, moduleName: 'solution' });
  });
}

test('tests that no Python compiles are refused with the line', () => {
  const broken: [string, number][] = [
    [`print "x"\n${TEST}`, 1],
    [`${TEST}yield\n`, 3],
    [`def test_twice():\n    x := 1\n${TEST}`, 2],
    [`def test_twice():\n    match x:\n        case y: pass\n        case 1: pass\n`, 3],
    [`def test_twice():\n\tx\n        assert twice(2)\n`, 3],
  ];
  for (const [tests, line] of broken) {
    assert.throws(
      () => readFreeTask('Doubles.', { tests, entryPoint: 'twice' }),
      new RegExp(`not valid Python: see line ${line}$`),
      tests,
    );
  }
});

test('an unclosed fence and an indented one are code as well', () => {
  const text = 'Finish it:\n  ~~~python\n  import re\n  def find(text):\n      """First word."""\n';
  const { prompt } = readFreeTask(text);
  assert.equal(prompt.entryPoint, 'find');
  assert.equal(prompt.context, 'import re');
});

test('tests may want several functions and classes: the first is the entry point, the others are named too', () => {
  const wanted = (tests: string, text = 'Write what the tests want.') => {
    const { entryPoint, others } = readFreeTask(text, { tests }).prompt;
    return [entryPoint, others];
  };
  const file =
    'from mine import Stack, Queue, EmptyError\n\ndef test_it():\n    assert Stack().size() == Queue().size()\n';
  assert.deepEqual(wanted(file), ['Stack', ['Queue', 'EmptyError']]);
  assert.deepEqual(wanted('assert a(1) == 2\nassert b(2) == 4\n'), ['a', ['b']]);
  assert.deepEqual(wanted('assert a(1) == 2\n'), ['a', undefined]);
  const local = 'def test_it():\n    twice = lambda x: 2 * x\n    assert a(1) == twice(1)\n';
  assert.deepEqual(wanted(local), ['a', undefined]);
  const given = 'Write `a(node)`.\n\n```python\nclass Node:\n    pass\n\ndef a(node):\n    ...\n```\n';
  assert.deepEqual(wanted('assert a(Node()) == 1\n', given), ['a', undefined]);
});
