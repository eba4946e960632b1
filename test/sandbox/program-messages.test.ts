import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { NativeSandbox } from '../../src/sandbox/native-sandbox.ts';
import { openNative, whyNoPytest, whyNotNative } from './native.ts';
import { assertStillJudges } from './runs.ts';
import { assertFile, runFile } from './test-file-runs.ts';

const FILES = {
  plain: 'from solution import f\nassert f(3) == 9\nassert f(4) == 16\n',
  unittest:
    'import unittest\nfrom solution import f\nclass A(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(3), 9)\n    def test_b(self):\n        self.assertEqual(f(4), 16)\n',
  pytest:
    'import pytest\nfrom solution import f\ndef test_a():\n    assert f(3) == 9\ndef test_b():\n    assert f(4) == 16\n',
};

/** What hostile code writes to the judge; `MESSAGES` follows, and when each is written. */
const WRITER = `import atexit, os, pickle, struct
def send(body):
    os.write(3, struct.pack(">I", len(body)) + body)
def value(thing, marked=False):
    return pickle.dumps(("value", pickle.dumps((thing, marked), 4), "", None), 4)
def event(thing, marked=False):
    return pickle.dumps(("event", pickle.dumps((thing, marked), 4), ""), 4)
def write(moment):
    for body in MESSAGES.get(moment, ()):
        send(body)
`;

const CODE = `write("load")
calls = 0
def f(x):
    global calls
    calls += 1
    write("first" if calls == 1 else "later")
    if LEAVES: os._exit(0)
    return 9
class Last:
    def __del__(self, write=write):
        write("end")
last = Last()
atexit.register(write, "end")
`;

const scalar = fc.constantFrom(
  ...['None', 'True', '0', '-1', '10 ** 5000', '1 << 40', '1e999', 'float("nan")', '"x"', '"\\ud800"', '"0" * 32'],
  ...['b"x"', '[]', '{}', '()', 'set()', '("\\0handle", 0, "a", "b")', '("\\0handle", -1, "a", "b")', '[[[[]]]]', '2j'],
);
const check = fc
  .record({ test: scalar, source: scalar, actual: scalar, operator: scalar, expected: scalar, exception: scalar })
  .map((fields) => dictOf({ ...fields, is_assertion: 'True' }));
const token = fc.constantFrom('""', '"0" * 32', 'None', '("\\0handle", 0, "a", "b")');
const outcome = fc.constantFrom('"passed"', '"failed"', '"skipped"', '[]', 'None');
const told = fc.oneof(
  scalar,
  fc
    .record({ token, event: fc.constantFrom('"started"', '"ended"', '{}', 'None'), test: scalar, outcome, check })
    .map(dictOf),
  fc.record({ token, problem: scalar, broken: scalar, untold: scalar }).map(dictOf),
  fc.constant('{"f": True}'),
);
const message = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('value', 'event'), told, fc.boolean()).map(framed) },
  fc.constantFrom('b""', 'b"x" * 99', 'pickle.dumps(("raised", {}, ""), 4)', 'pickle.dumps(("callback", b"", ""), 4)'),
  fc.constantFrom('pickle.dumps(1)', 'pickle.dumps(([], b"", "", None), 4)', 'pickle.dumps(("value", 1, 2, 3), 4)'),
);
const moment = fc.constantFrom('load', 'first', 'later', 'end');

function dictOf(fields: Record<string, string>): string {
  return `{${Object.entries(fields)
    .map(([name, text]) => `"${name}": ${text}`)
    .join(', ')}}`;
}

function framed([kind, thing, isMarked]: [string, string, boolean]): string {
  return `${kind}(${thing}, ${isMarked ? 'True' : 'False'})`;
}

function codeOf(messages: readonly (readonly [string, string])[], leaves: boolean): string {
  const byMoment = Map.groupBy(messages, ([when]) => when);
  const lists = [...byMoment].map(([when, list]) => `"${when}": [${list.map(([, text]) => text).join(', ')}]`);
  return `${WRITER}LEAVES = ${leaves ? 'True' : 'False'}\nMESSAGES = {${lists.join(', ')}}\n${CODE}`;
}

describe('what hostile code writes to the judge of a test file', { skip: whyNotNative }, () => {
  let sandbox: NativeSandbox;
  before(() => {
    sandbox = openNative(1);
  });
  after(() => sandbox.close());

  for (const [way, file] of Object.entries(FILES)) {
    const skip = way === 'pytest' && whyNoPytest;
    const numRuns = way === 'pytest' ? 8 : 25;
    test(`under ${way}, at whatever moment, it is that code’s failure, and no fault`, { skip }, async () => {
      const messages = fc.array(fc.tuple(moment, message), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(messages, fc.boolean(), async (list, leaves) => {
          const { kind } = await runFile(sandbox, { code: codeOf(list, leaves), file });
          assert.notEqual(kind, 'passed');
        }),
        { numRuns },
      );
      await assertStillJudges(sandbox);
      await assertFile(sandbox, { code: 'def f(x):\n    return x * x\n', file }, 'passed');
    });
  }
});
