import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplesInSignature, examplesInText } from '../../src/tasks/examples-in-prompt.ts';
import { leftOutExamples } from '../../src/tasks/left-out-examples.ts';

function inDocstring(docstring: string, signature = 'def f(x):', context = ''): string[] {
  const prompt = `${signature}\n    r"""${docstring}\n    """\n`;
  return examplesInSignature(prompt, { entryPoint: 'f', context }).map(({ source }) => source);
}

function inText(text: string, context = ''): string[] {
  return examplesInText(text, { entryPoint: 'f', context }).map(({ source }) => source);
}

test('doctests become asserts, also around a call', () => {
  assert.deepEqual(inDocstring(' Does.\n    >>> f(1)\n    2\n    >>> round(f(0.5), 1) # about\n    1.5'), [
    'assert f(1) == 2',
    'assert round(f(0.5), 1) == 1.5',
  ]);
});

test('printed lines are compared as text, and an ellipsis stands for anything where the doctest says so', () => {
  const docstring = `
    >>> print(f(1))
    it's 2
    >>> print(f(1), f(2))
    2 3
    >>> print(f(1), end="")
    2
    >>> f(100)  # doctest: +ELLIPSIS
    [0, 1, ..., 9801]
    >>> print(f(3))  # doctest: +ELLIPSIS
    a...z
    >>> f(4)  # doctest: +SKIP
    5
    >>> f(5)
    [1, 2, ..., 9]`;
  assert.deepEqual(inDocstring(docstring), [
    'assert str(f(1)) == "it\'s 2"',
    "assert ' '.join([str(f(1)), str(f(2))]) == '2 3'",
    "assert re.fullmatch(r'\\[0, 1, .*, 9801\\]', repr(f(100)))",
    "assert re.fullmatch('a.*z', str(f(3)))",
  ]);
});

test('a value that is abbreviated is no example, and is told of', () => {
  const text =
    'f([1, 2]) == 1.5\nf([1, 2, 4]) = 2.333...\nf(3) -> [1, 2, …]\nf(4) returns 5 (and so on ...)\n>>> f(6) # doctest: +SKIP\n7';
  assert.deepEqual(inText(text), ['assert f([1, 2]) == 1.5', 'assert f(4) == 5']);
  const prompt = { id: 't', text, form: 'description', entryPoint: 'f', context: '', examples: [] } as const;
  assert.deepEqual(leftOutExamples(prompt), [
    { source: 'f(6)', reason: 'it is marked +SKIP' },
    { source: 'f([1, 2, 4])', reason: 'its value is abbreviated with an ellipsis' },
    { source: 'f(3)', reason: 'its value is abbreviated with an ellipsis' },
  ]);
});

test('a doctest that is an equation itself needs no output', () => {
  assert.deepEqual(inDocstring('\n    >>> f([1]) == [2]\n    >>> f([]) == []'), [
    'assert f([1]) == [2]',
    'assert f([]) == []',
  ]);
});

test('lines of prose with every sign and verb that says equal', () => {
  for (const sign of ['==', '=>', '==>', '->', '-->', '→', '➞', '=', 'returns', 'should return', '# =>', '# returns']) {
    assert.deepEqual(inDocstring(`\n    f(1) ${sign} 2`), ['assert f(1) == 2'], sign);
  }
});

test('bullets, `for` and backticks before a line, remarks and full stops after it', () => {
  const lines = [
    '* f(1) => 2',
    '- `f(2)` returns `3`.',
    'for f(3) == 4',
    '4. f(4) -> 5 (because of four)',
    'f(5)==>6 # six',
  ];
  assert.deepEqual(
    inText(lines.join('\n')),
    [1, 2, 3, 4, 5].map((n) => `assert f(${n}) == ${n + 1}`),
  );
});

test('small words of other languages read as Python', () => {
  assert.deepEqual(inText('f(1) => true\nf(2) => false\nf(3) => null'), [
    'assert f(1) == True',
    'assert f(2) == False',
    'assert f(3) == None',
  ]);
});

test('a sum worked out to its end is read up to its first equals sign', () => {
  assert.deepEqual(inText('f(3) -> 9 - 2 - 1 = 6'), ['assert f(3) == 9 - 2 - 1']);
});

test('a call over several lines', () => {
  assert.deepEqual(inText('f([\n  [1, 2],\n  [3]\n], "a)") == [\n (1, 2)]'), [
    'assert f([\n  [1, 2],\n  [3]\n], "a)") == [\n (1, 2)]',
  ]);
});

test('what names unknown variables, calls another function or is no expression is no example', () => {
  assert.deepEqual(inText('f(n) == n + 1\nf(a) => False\ng(1) == 2\nf(1) returns one\nf(2) == ""two"'), []);
});

test('lines beside a recurrence are mathematics', () => {
  assert.deepEqual(inText('f(0) = 1\nf(n) = f(n - 1) + 2\nf(4) = 9\n\nExamples:\nf(3) = [1, 3]'), [
    'assert f(3) == [1, 3]',
  ]);
});

test('arguments told by name or place instead of a call', () => {
  const two = 'def f(s, n):';
  assert.deepEqual(inDocstring('\n    Input: [4, 2]\n    Output: 2 # two', 'def f(x):'), ['assert f([4, 2]) == 2']);
  assert.deepEqual(inDocstring('\n    Input: n = 3, s = "a, b"\n    Output: True', two), [
    'assert f("a, b", 3) == True',
  ]);
  assert.deepEqual(inDocstring('\n    For s = "ab", n = 1 the output should be ("b", 2).', two), [
    'assert f("ab", 1) == ("b", 2)',
  ]);
  assert.deepEqual(inDocstring('\n    Input:\n        word : "w"\n        times : 5\n    Output: 0', two), [
    'assert f("w", 5) == 0',
  ]);
  assert.deepEqual(inDocstring('\n    Input: 1, 2, 3\n    Output: 6', two), []);
});

test('assert lines stand as they are, also over several lines and with the context and the standard library', () => {
  assert.deepEqual(
    inText('assert f(1) == 2\nassert math.isclose(f(2),\n    3.5)\nassert help_me(f(3))', 'def help_me(x): return x'),
    ['assert f(1) == 2', 'assert math.isclose(f(2),\n    3.5)', 'assert help_me(f(3))'],
  );
});

test('one example written twice counts once', () => {
  assert.deepEqual(inText('>>> f("a")\n1\n\nf(\'a\') == 1\nassert f("a") == 1'), ['assert f("a") == 1']);
});

test('what equality would take apart is put in brackets', () => {
  assert.deepEqual(inText('>>> f(1) < 2\nTrue\n\nf(2) returns 1, 2\nf(3) == not True'), [
    'assert (f(1) < 2) == True',
    'assert f(2) == (1, 2)',
    'assert f(3) == (not True)',
  ]);
});

test('escapes that only the source of the docstring shows right', () => {
  const prompt = 'def f(x):\n    """\n    >>> f("a\\nb")\n    2\n    """\n';
  assert.deepEqual(examplesInSignature(prompt, { entryPoint: 'f', context: '' }), [
    { source: 'assert f("a\\nb") == 2' },
  ]);
});

test('hostile text takes no time to speak of and gives nothing', () => {
  const texts = [
    'f('.repeat(20_000),
    `f(1) == ${'('.repeat(20_000)}`,
    `f(1) ${' '.repeat(50_000)}`,
    'f("'.repeat(5000),
  ];
  for (const text of texts) assert.deepEqual(inText(text), []);
});
