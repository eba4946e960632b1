import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countHiddenTests } from '../../src/tasks/hidden-tests.ts';

const examples = [{ source: 'assert f("a", [1]) == True' }, { source: 'assert f("b", []) == None' }];

function count(...lines: string[]): number | null {
  return countHiddenTests(`METADATA = {}\n\ndef check(candidate):\n    ${lines.join('\n    ')}\n`, 'f', examples);
}

test('asserts that the prompt shows are not hidden, however they are written', () => {
  assert.equal(count("assert candidate('a',[1])", 'assert f("b", []) is None, "message, with comma"'), 0);
  assert.equal(count('assert candidate("a", [1]) == False', 'assert candidate("a", [ 1 ]) is True # yes'), 1);
});

test('asserts that call no candidate are no tests', () => {
  assert.equal(count('assert True, "prints"', 'import math', 'assert candidate("c", []) == 1'), 1);
});

test('what is checked in loops, or kept before it is checked, cannot be counted', () => {
  assert.equal(count('for i in range(9):', '    assert candidate(i) == i'), null);
  assert.equal(count('x = candidate(1)', 'assert x == 1'), null);
  assert.equal(count('pass'), null);
});

test('plain asserts without a check function', () => {
  assert.equal(countHiddenTests('import math\nassert f("a", [1])\nassert f("z", 1) == 2\n', 'f', examples), 1);
});
