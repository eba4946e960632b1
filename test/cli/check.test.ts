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
    assert.match(asked.stderr, /several functions \(double, other\): say which one .*--entry-point NAME/);
    assert.equal(asked.code, 2);
    const named = await place.run(['check', 'two.py', '--tests', 'check.py', '--entry-point', 'double']);
    assert.equal(named.code, 0);
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
