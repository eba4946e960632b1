import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withEntryPoint } from '../../src/pipeline/check-text.ts';
import { errorType, failureLine, feedbackOf } from '../../src/pipeline/feedback.ts';
import type { Verdict } from '../../src/sandbox/verdict.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { assertGolden } from '../golden.ts';
import { FAILURES, type Failure } from './typical-failures.ts';

const sandbox = await openSandbox(readSettings(), 2);
after(() => sandbox.close());

async function verdictOf({ code, checks, timeoutSeconds = 60 }: Failure): Promise<Verdict> {
  const tests = checks === null ? null : { setup: '', checks };
  return sandbox.run({ code, context: '', entryPoint: 'f', tests, timeoutSeconds, report: 'all' });
}

/** Python versions mark columns in their own ways, and differ in how deep a recursion can go. */
function withoutMarks(text: string): string {
  return text.replace(/^[ ~^]*[~^][ ~^]*\n/gm, '').replace(/repeated \d+ more times/, 'repeated N more times');
}

const { python } = await sandbox.isolation();

describe('feedback is as its golden files say', () => {
  for (const [name, failure] of Object.entries(FAILURES)) {
    const words = failure.words ?? python;
    it(name, {
      skip: !python.includes(words) && `these are the words of Python ${words}, not of ${python}`,
    }, async () => {
      const verdict = await verdictOf(failure);
      assert.equal(errorType(verdict), failure.type);
      const texts = [
        ['one line', failureLine(verdict, 'f')],
        ['values', feedbackOf(verdict, 'values', { entryPoint: 'f' })],
        ['traceback', withoutMarks(feedbackOf(verdict, 'traceback', { entryPoint: 'f' }))],
      ];
      const text = texts.map(([detail, feedback]) => `=== ${detail}\n${feedback?.trimEnd()}`).join('\n');
      assertGolden(join(import.meta.dirname, 'golden', `feedback-${name}.txt`), text);
    });
  }
});

/** The first line of the values form for one failing check of f(n), which gives n. */
async function lineFor(check: string, code = 'def f(n):\n    return n\n'): Promise<string> {
  const verdict = await verdictOf({ code, checks: `${check}\n` });
  return feedbackOf(verdict, 'values', { entryPoint: 'f' }).split('\n')[0] ?? '';
}

describe('the sentence for a check', () => {
  it('names the call, what it gave and what was expected, however the check is written', async () => {
    const sentences = {
      'assert f(2) == 3': 'f(2) gave 2, expected 3',
      'assert f("a == b") == "c"': "f('a == b') gave 'a == b', expected 'c'",
      'assert f(1 + 1) == 3': 'f(2) gave 2, expected 3',
      'assert 3 == f(2)': 'f(2) gave 2, expected 3',
      'assert f(2) != 2': 'f(2) gave 2, expected f(2) != 2',
      'assert f(2) in [3, 4]': 'f(2) gave 2, expected f(2) in [3, 4]',
      'assert f(2) is None': 'f(2) gave 2, expected f(2) is None',
      'assert f(2) is not 2': 'f(2) gave 2, expected f(2) is not 2',
      'x = 1\nassert f(2) < x': 'f(2) gave 2, expected f(2) < x, where x is 1',
      'assert f(0)': 'f(0) gave 0, expected a true value',
      'assert not f(2)': 'f(2) gave a true value, expected a false one',
      'assert f(1) == 1 and f(2) == 3': 'f(1) == 1 and f(2) == 3 is False, expected a true value',
      'assert sorted(f([2, 1])) == [2, 1]': 'sorted(f([2, 1])) gave [1, 2], expected [2, 1]',
      'assert f(1) == f(2)': 'f(1) gave 1, expected 2',
      'import math\nassert math.isclose(f(2), 3)': 'math.isclose(f(2), 3) is False, expected a true value',
      'x = 2\nassert abs(f(x)) == 3': 'abs(f(x)) gave 2, expected 3 (the call was f(2))',
    };
    for (const [check, sentence] of Object.entries(sentences)) assert.equal(await lineFor(check), sentence, check);
  });

  it('shows what the test compares where the check itself calls nothing', async () => {
    const code = 'def f(a):\n    a.append(1)\n';
    assert.equal(await lineFor('a = [3]\nf(a)\nassert a == [3]', code), 'a is [3, 1], expected [3]');
  });

  it('says so where what the code gave keeps the tests from checking anything', async () => {
    const code = 'def f(n):\n    return []\n';
    assert.equal(
      await lineFor('for x in f(3):\n    assert x > 0', code),
      'f(3) gave [], with which the tests reach no check',
    );
  });

  it('says so where two values look alike', async () => {
    const code = 'def f(n):\n    return float("nan")\n';
    const line = await lineFor('assert f(0) == float("nan")', code);
    assert.equal(line, 'f(0) gave nan, which looks like the expected value but is not equal to it');
  });

  it('names the types of two values that differ in nothing else', async () => {
    const sentences = {
      'assert f(("a",)) == ["a"]': "f(('a',)) gave ('a',), expected ['a'] (list, not tuple)",
      'assert f("True") == True': "f('True') gave 'True', expected True (bool, not str)",
      'assert f([]) == ()': 'f([]) gave [], expected () (tuple, not list)',
      'assert f(["1"]) == [1]': "f(['1']) gave ['1'], expected [1]",
      'assert f(1.0) == 2': 'f(1.0) gave 1.0, expected 2',
    };
    for (const [check, sentence] of Object.entries(sentences)) assert.equal(await lineFor(check), sentence, check);
  });

  it('shows where two long values differ', async () => {
    assert.equal(
      await lineFor('assert f(list(range(300))) == list(range(299))').then((line) => line.split(' gave ')[1]),
      '[..., 296, 297, 298, 299], expected [..., 296, 297, 298]',
    );
    const verdict = await verdictOf({
      code: 'def f(n):\n    return "x" * 70 + n\n',
      checks: 'assert f("a") == "x" * 70 + "b"',
    });
    assert.match(failureLine(verdict, 'f'), /^f\('a'\) gave …x{20}a', expected …x{20}b'$/);
  });
});

describe('feedback', () => {
  const failing = async () => verdictOf(FAILURES['long-lists'] as Failure);

  it('holds its limit of tokens, and keeps the beginning', async () => {
    const whole = feedbackOf(await failing(), 'values');
    for (const maxTokens of [1, 10, 100, 150, 200]) {
      for (const detail of ['values', 'traceback'] as const) {
        const text = feedbackOf(await failing(), detail, { maxTokens });
        assert.ok(text.length <= maxTokens * 3.5, `${text.length} characters in ${maxTokens} tokens`);
        if (detail === 'values') assert.ok(whole.startsWith(text.replace(/…$/, '')));
      }
    }
    const locals = Array.from({ length: 40 }, (_, n) => `    v${n} = "${'x'.repeat(300)}"\n`).join('');
    const code = `def f(n):\n${locals}    print("y" * 9000)\n    raise ValueError("z" * 9000)\n`;
    const verdict = await verdictOf({ code, checks: 'assert f(1) == 1\nassert f(2) == 2' });
    assert.ok(feedbackOf(verdict, 'values').length <= 2100);
  });

  it('shows the first thousand characters of a long traceback, as the paper does', async () => {
    const code = 'def f(n):\n    raise ValueError("z" * 9000)\n';
    const [stderr] = feedbackOf(await verdictOf({ code, checks: 'assert f(1)' }), 'traceback').split('\nFailed tests:');
    assert.ok((stderr?.length ?? 0) <= 1000);
  });

  it('is the same for the same failure on another day', async () => {
    const own = await openSandbox(readSettings(), 1);
    try {
      const code = 'def f(n):\n    kept = {"b", "a", "c"}, object(), lambda: n\n    return kept if n else kept[n]()\n';
      const request = { code, context: '', entryPoint: 'f', timeoutSeconds: 60, report: 'all' as const };
      const tests = { setup: '', checks: 'assert f(1) == 1\nassert f(0) == 1' };
      const verdicts = [await sandbox.run({ ...request, tests }), await own.run({ ...request, tests })];
      const [one, other] = verdicts.map((verdict) => feedbackOf(verdict, 'values'));
      assert.equal(one, other);
      assert.match(one ?? '', /object>.*<lambda>/);
    } finally {
      await own.close();
    }
  });

  it('says of a pass how many checks it was, and of a load alone that there were none', async () => {
    const code = 'def f(n):\n    return n\n';
    const passed = await verdictOf({ code, checks: 'assert f(1) == 1\nassert f(2) == 2' });
    assert.equal(feedbackOf(passed, 'values'), 'All checks passed (2).');
    assert.equal(errorType(passed), null);
    const loaded = await verdictOf({ code, checks: null });
    assert.equal(failureLine(loaded), 'The code loads; there were no checks to run.');
  });
});

describe('failureLine', () => {
  it('is one short line without control characters, whatever the code gave', async () => {
    for (const name of ['long-lists', 'hostile', 'exception', 'syntax-error']) {
      const line = failureLine(await verdictOf(FAILURES[name] as Failure));
      assert.ok(line.length > 0 && line.length <= 160, line);
      assert.match(line, /^[^\p{Cc}\p{Cf}]+$/u);
    }
  });
});

describe('withEntryPoint', () => {
  it("puts the function's name where the test says candidate, and nowhere else", () => {
    assert.equal(withEntryPoint('candidate(x) == map(candidate, y)', 'f'), 'f(x) == map(f, y)');
    assert.equal(
      withEntryPoint(`candidate("a candidate", 'candidate(1)') == x.candidate + candidates`, 'f'),
      `f("a candidate", 'candidate(1)') == x.candidate + candidates`,
    );
    assert.equal(withEntryPoint('candidate(1) == 2', 'a$&b'), 'a$&b(1) == 2');
  });
});

describe('feedback of a whole test file', () => {
  const code = 'def f(x):\n    if x > 5:\n        raise ValueError(x)\n    return x + 1\n';
  const program = `import unittest
from solution import f

class TestF(unittest.TestCase):
    def test_equal(self):
        candidate = f(1)
        self.assertEqual(candidate, 3)
    def test_many(self):
        assert f(6) == 7
    def test_small(self):
        self.assertEqual(f(0), 1)
`;
  const tests = { program, moduleName: 'solution' };
  const run = (text: string, timeoutSeconds = 60) =>
    sandbox.run({ code: text, context: '', entryPoint: 'f', tests, timeoutSeconds, report: 'all' });

  it('names each failed test, says what it compared, and which tests pass', async () => {
    const verdict = await run(code);
    assert.equal(
      feedbackOf(verdict, 'values', { entryPoint: 'f' }),
      `TestF.test_equal: candidate is 2, expected 3
2 checks failed, 1 passed.
TestF.test_many: f(6) == 7 raised ValueError: 6
  at line 3: raise ValueError(x)
  where x = 6
These passed and must still pass: TestF.test_small`,
    );
    assert.equal(failureLine(verdict, 'f'), 'TestF.test_equal: candidate is 2, expected 3');
    assert.equal(errorType(verdict), 'AssertionError');
  });

  it('shows the frames of tests and code as Python does, for the detail of the paper', async () => {
    assert.equal(
      feedbackOf(await run(code), 'traceback'),
      `Traceback (most recent call last):
  File "<tests>", in TestF.test_equal
    assert candidate == 3
AssertionError

Failed tests:
TestF.test_equal: assert candidate == 3
TestF.test_many: f(6) == 7`,
    );
    const raising = await run('def f(x):\n    return {}[x]\n');
    assert.match(
      feedbackOf(raising, 'traceback'),
      /^Traceback .*\n {2}File "<tests>", line 6, in test_equal\n {4}candidate = f\(1\)\n {2}File "<candidate>", line 2, in f\n/,
    );
  });

  it('gives the message of an assertion of which no values are known', async () => {
    const file =
      'import unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n        with self.assertRaises(KeyError):\n            f(1)\n';
    const request = { code, context: '', entryPoint: 'f', timeoutSeconds: 60, report: 'all' } as const;
    const verdict = await sandbox.run({ ...request, tests: { program: file, moduleName: 'solution' } });
    assert.equal(
      failureLine(verdict),
      'A.test_a: this does not hold: with self.assertRaises(KeyError): f(1) (KeyError not raised)',
    );
  });

  it('names the test in which the code hangs', async () => {
    const verdict = await run('def f(x):\n    while x: pass\n    return 1\n', 1);
    assert.match(feedbackOf(verdict, 'values'), /^Checking TestF\.test_equal took more than 1 s/);
  });
});
