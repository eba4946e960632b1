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
  assert.deepEqual(findDoctests(docstring), [
    { source: 'add(1, 2)', expected: '3' },
    { source: 'add([1],\n    [2])', expected: '[1, 2]' },
    { source: "add('a', 'b')", expected: "'ab'" },
  ]);
  assert.deepEqual(findDoctests('No examples.\r\n>>> f(1)\r\n2\r\n'), [{ source: 'f(1)', expected: '2' }]);
  assert.deepEqual(findDoctests(''), []);
});
