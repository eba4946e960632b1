import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Workplace } from './cli.ts';

const place = new Workplace();

describe('check', { concurrency: 2 }, () => {
  test('exit code 0 for a pass, 1 for a failure that is shown', async () => {
    const passed = await place.run(['check', 'good.py', '--tests', 'tests.py']);
    assert.match(passed.stdout, /^passed: double\n/);
    assert.equal(passed.code, 0);
    const failed = await place.run(['check', 'bad.py', '--tests', 'tests.py']);
    assert.match(failed.stdout, /^failed: double\ndouble\(5\) gave 15, expected 10\n/);
    assert.equal(failed.code, 1);
    assert.equal(passed.stderr + failed.stderr, '');
  });

  test('the entry point is inferred of check(candidate) too, or asked for', async () => {
    const inferred = await place.run(['check', 'good.py', '--tests', 'check.py', '--json']);
    assert.equal(JSON.parse(inferred.stdout).kind, 'passed');
    place.write('two.py', 'def double(x):\n    return 2 * x\ndef other(x):\n    return x\n');
    const asked = await place.run(['check', 'two.py', '--tests', 'check.py']);
    assert.match(asked.stderr, /several functions \(double, other\): say which one to write \(--entry-point NAME\)/);
    assert.equal(asked.code, 2);
    const named = await place.run(['check', 'two.py', '--tests', 'check.py', '--entry-point', 'double']);
    assert.equal(named.code, 0);
  });

  test('a whole test file runs in the process of the code, which is said; the file names the candidate', async () => {
    place.write(
      'test_good.py',
      'import unittest\nfrom good import double\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(double(3), 6)\n',
    );
    const passed = await place.run(['check', 'good.py', '--tests', 'test_good.py']);
    assert.equal(
      passed.stdout,
      'passed: good.py\nAll checks passed (1).\ntested by unittest, in the process of the code itself\n',
    );
    const judged = await place.run(['check', 'good.py', '--tests', 'tests.py']);
    assert.match(judged.stdout, /\ntested by the judge, out of reach of the code\n$/);
    place.write('test_bad.py', 'from bad import double\ndef test_a():\n    assert double(3) == 6\n');
    const failed = await place.run(['check', 'bad.py', '--tests', 'test_bad.py', '--json']);
    const { kind, testedBy, checks } = JSON.parse(failed.stdout);
    assert.equal(kind, 'failed');
    assert.ok(['pytest', 'plain'].includes(testedBy), testedBy);
    assert.deepEqual([checks[0].test, checks[0].actual, checks[0].expected], ['test_a', '9', '6']);
    assert.equal(failed.code, 1);
  });

  test('--test-mode chooses the way, and refuses the judge for what only a program run can do', async () => {
    const words = ['check', 'good.py', '--tests'];
    const forced = await place.run([...words, 'tests.py', '--test-mode', 'program']);
    assert.match(forced.stdout, /tested by the asserts of the test file, in the process of the code itself\n$/);
    const checked = await place.run([...words, 'check.py', '--test-mode', 'program']);
    assert.match(checked.stdout, /^passed: double\n/);
    place.write('importing.py', 'from good import double\nassert double(1) == 2\n');
    const refused = await place.run([...words, 'importing.py', '--test-mode', 'judge']);
    assert.match(
      refused.stderr,
      /^greenloop: the judge cannot run these tests: they import good, which the judge does not have/,
    );
    assert.equal(refused.code, 2);
    const wrong = await place.run([...words, 'tests.py', '--test-mode', 'both']);
    assert.match(wrong.stderr, /expected judge or program/);
  });

  test('a test file that does not run is refused with its line', async () => {
    place.write(
      'broken_file.py',
      'import unittest\nimport nosuchpackage\nfrom good import double\nassert double(1) == 2\n',
    );
    const { code, stdout, stderr } = await place.run(['check', 'good.py', '--tests', 'broken_file.py']);
    assert.match(stderr, /^greenloop: the tests do not run: ModuleNotFoundError: .*nosuchpackage' \(line 2\)\n$/);
    assert.deepEqual([code, stdout], [2, '']);
  });

  test('a candidate that hangs ends at its time limit', async () => {
    place.write('loop.py', 'def double(x):\n    while True: pass\n');
    const { code, stdout } = await place.run(['check', 'loop.py', '--tests', 'tests.py', '--timeout', '0.5']);
    assert.match(stdout, /^timed-out: double\n/);
    assert.equal(code, 1);
  });

  test('what cannot be judged is refused with exit code 2', async () => {
    const refusal = async (...words: string[]) => {
      const { code, stdout, stderr } = await place.run(['check', ...words]);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      return stderr;
    };
    assert.match(await refusal('empty', '--tests', 'check.py'), /^greenloop: empty is empty; expected Python\n$/);
    assert.match(await refusal('.', '--tests', 'check.py'), /^greenloop: \. is a folder, not a file\n$/);
    assert.match(await refusal('good.py', '--tests', 'nope.py'), /^greenloop: nope\.py does not exist\n$/);
    assert.match(await refusal('good.py', '--tests', 'task.md'), /^greenloop: the tests do not run: SyntaxError/);
    assert.match(
      await refusal('good.py', '--tests', 'check.py', '--entry-point', '1 x'),
      /expected the name of a Python function/,
    );
  });
});
