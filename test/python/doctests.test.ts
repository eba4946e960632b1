import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findDoctests } from '../../src/python/doctests.ts';

it('finds calls with the values that they give', () => {
  const docstring = `Adds.
    >>> add(1, 2)  # a note
    3
    >>> add([1],
    ...     [2])
    [1,
     2]
    >>>add(0, 0)
    0
    This is prose.
    >>> x = add(1, 1)
    >>> print(add(1, 1))
    2
    >>> add(None, 1)
    Traceback (most recent call last):
    TypeError: no
    >>> add(1, 3)
    gives four of course
    >>> add(2, 2)

    4
    >>> add('a', 'b')
    'ab'`;
  const leftOut = (source: string, reason: string) => ({ kind: 'left-out', source, reason });
  assert.deepEqual(findDoctests(docstring), [
    { kind: 'value', source: 'add(1, 2)', expected: '3' },
    { kind: 'value', source: 'add([1],\n    [2])', expected: '[1, 2]' },
    { kind: 'printed', source: 'print(add(1, 1))', expected: '2' },
    leftOut('add(None, 1)', 'it shows an exception'),
    leftOut('add(1, 3)', 'it shows no Python value'),
    { kind: 'value', source: "add('a', 'b')", expected: "'ab'" },
  ]);
  const windows = findDoctests('No examples.\r\n>>> f(1)\r\n2\r\n');
  assert.deepEqual(windows, [{ kind: 'value', source: 'f(1)', expected: '2' }]);
  assert.deepEqual(findDoctests(''), []);
});

it('takes what can be checked as what it means, and says why the rest is left out', () => {
  const kindOf = (docstring: string) => {
    const [doctest, ...others] = findDoctests(docstring);
    assert.deepEqual(others, []);
    return doctest?.kind === 'left-out' ? doctest.reason : doctest?.kind;
  };
  assert.equal(kindOf('>>> f(9)  # doctest: +ELLIPSIS\n[0, 1, ..., 81]'), 'pattern');
  assert.equal(kindOf('>>> f(9)  # doctest: +NORMALIZE_WHITESPACE, +ELLIPSIS\n[0,\n...]'), 'pattern');
  assert.equal(kindOf('>>> f(9)  # doctest: +ELLIPSIS\n[0, 1]'), 'value');
  assert.equal(kindOf('>>> f(9)  # doctest: -ELLIPSIS\n[0, ...]'), 'its value is abbreviated with an ellipsis');
  assert.equal(kindOf('>>> f(9)\n[0, 1, ..., 81]'), 'its value is abbreviated with an ellipsis');
  assert.equal(kindOf('>>> f(7)\n2.333...'), 'its value is abbreviated with an ellipsis');
  assert.equal(kindOf(">>> f(7)\n'wait...'"), 'value');
  assert.equal(kindOf('>>> f(7) # doctest: +SKIP\n3'), 'it is marked +SKIP');
  assert.equal(kindOf('>>> f(7) # doctest:+SKIP\n3'), 'it is marked +SKIP');
  assert.equal(kindOf('>>> print(f(7))\n1\n2'), 'it prints several lines');
  assert.equal(kindOf('>>> for x in f(7): print(x)\n1'), 'it is a statement');
  assert.equal(kindOf('>>> x = f(7)\n\n'), undefined);
});
