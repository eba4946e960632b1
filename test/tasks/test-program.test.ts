import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../src/base/errors.ts';
import {
  definesCheck,
  namesFromCandidate,
  programOfChecks,
  readTestProgram,
  type TestClues,
} from '../../src/tasks/test-program.ts';

const CHECK = 'def check(candidate):\n    assert candidate(1) == 2\n';

/** The module name of a test file, or null where the judge has the tests. */
function moduleOf(source: string, clues: TestClues = {}): string | null {
  const program = readTestProgram(source, clues);
  return 'program' in program ? program.moduleName : null;
}

test('the judge has check(candidate) and plain asserts, with or without imports of known packages', () => {
  for (const source of [
    CHECK,
    'assert f(1) == 2\n',
    'import math\nimport os.path\nfrom collections import Counter\nassert f(1) == math.pi\n',
    'import numpy as np\nassert f(1) == 2\n',
    `from typing import List\n${CHECK}`,
  ]) {
    assert.deepEqual(readTestProgram(source), { setup: '', checks: source });
  }
});

test('a test file is what imports pytest or unittest or the candidate, or has test functions or classes', () => {
  for (const source of [
    'import pytest\ndef test_a():\n    assert f(1) == 2\n',
    'from unittest import TestCase\nclass A(TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 2)\n',
    'def test_a():\n    assert f(1) == 2\n',
    'async def test_a():\n    assert await f(1) == 2\n',
    'class TestF:\n    def test_a(self):\n        assert f(1) == 2\n',
    'from solution import f\nassert f(1) == 2\n',
    `from solution import f\n${CHECK}`,
  ]) {
    assert.deepEqual(readTestProgram(source), { program: source, moduleName: 'solution' });
  }
});

test('the module that stands for the candidate: its file, then that of the entry point, then the only unknown one', () => {
  const source =
    'import json\nfrom helpers import make\nfrom pkg.mine import f, g\nimport numpy\nassert f(make()) == 2\n';
  assert.equal(moduleOf(source, { candidateStem: 'mine' }), 'pkg.mine');
  assert.equal(moduleOf(source, { candidateStem: 'helpers' }), 'helpers');
  assert.equal(moduleOf(source, { entryPoint: 'g' }), 'pkg.mine');
  assert.equal(moduleOf('from mine import f\nassert f(1)\n', { candidateStem: 'cand' }), 'mine');
  assert.equal(moduleOf('import mine\nassert mine.f(1)\n'), 'mine');
  assert.equal(moduleOf('import mine as m\nfrom other import f\nassert f(1)\n'), 'other');
  assert.equal(moduleOf('try:\n    from mine import *\nexcept ImportError:\n    raise\nassert f(1)\n'), 'mine');
  assert.equal(moduleOf('from a import f\nfrom solution import g\nassert f(g(1))\n'), 'solution');
});

test('tests that share state of the process with the code run beside it, and the judge says why it cannot have them', () => {
  const seeded = 'import random\n\nrandom.seed(7)\nassert f([1, 2]) == [2, 1]\n';
  assert.deepEqual(readTestProgram(seeded), { program: seeded, moduleName: 'solution' });
  assert.throws(
    () => readTestProgram(seeded, { mode: 'judge' }),
    /^Refusal: the judge cannot run these tests: line 3 calls random\.seed, which works only in the process of the code; [^\n]*$/,
  );
  const asynchronous = 'import asyncio\nassert asyncio.run(f(1)) == 2\n';
  assert.deepEqual(programOfChecks(asynchronous), { program: asynchronous, moduleName: 'solution' });
  assert.deepEqual(programOfChecks(CHECK), { setup: '', checks: CHECK });
});

test('a byte-order mark is no part of the tests', () => {
  assert.deepEqual(readTestProgram(`\u{feff}${CHECK}`), { setup: '', checks: CHECK });
  const file = 'from mine import f\n\ndef test_f():\n    assert f(1) == 2\n';
  assert.deepEqual(readTestProgram(`\u{feff}${file}`), { program: file, moduleName: 'mine' });
});

test('plugins of pytest and packages for tests never stand for the candidate', () => {
  const imports = 'import pytest_asyncio\nimport anyio\nimport freezegun\n';
  assert.equal(moduleOf(`${imports}from mine import f\nasync def test_f():\n    assert await f(1)\n`), 'mine');
});

test('a module of Python itself never stands for the candidate', () => {
  assert.equal(moduleOf('import random\nassert f(1) == 2\n', { candidateStem: 'random' }), null);
  assert.equal(moduleOf('import tomllib\nimport graphlib\nassert f(1) == 2\n'), null);
});

test('a mode that is asked for is kept to, or refused', () => {
  assert.deepEqual(readTestProgram(CHECK, { mode: 'program' }), { program: CHECK, moduleName: 'solution' });
  const refusal = (source: string, mode: TestClues['mode']) => {
    try {
      return readTestProgram(source, { mode });
    } catch (error) {
      assert.ok(error instanceof Refusal);
      return error.message;
    }
  };
  assert.match(
    String(refusal('def test_a():\n    assert f(1)\n', 'judge')),
    /cannot run these tests: they are a test file/,
  );
  assert.match(String(refusal('from mine import f\nassert f(1)\n', 'judge')), /they import mine/);
  assert.match(String(refusal('x = 1\n', 'program')), /test nothing/);
  assert.match(String(refusal('import unittest\nimport solution\n', undefined)), /test nothing/);
});

test('names from the candidate tell its entry point, and check is seen', () => {
  assert.deepEqual(namesFromCandidate('import math\nfrom mine import f, g as h\nassert f(1)\n'), ['f', 'g']);
  assert.deepEqual(namesFromCandidate('from mine import *\nfrom math import pi\n'), []);
  assert.deepEqual([definesCheck(CHECK), definesCheck('def test_check():\n    pass\n')], [true, false]);
});
