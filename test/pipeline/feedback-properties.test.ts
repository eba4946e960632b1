import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { failureLine, feedbackOf } from '../../src/pipeline/feedback.ts';
import type { Check, RaisedException, Verdict } from '../../src/sandbox/verdict.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\n',
    '\x1b[2J',
    '\ud83d',
    '😀'.repeat(900),
    'x'.repeat(3000),
    ' at 0x7f12',
    'a\r\n\u202eb',
    '}{$&',
  ),
);
const type = fc.constantFrom('TypeError', 'IndexError', 're.error');
const source = fc.oneof(anyText, fc.constantFrom('f(1) == 2', 'for x in f(3):', 'f(1) < g(2)', 'not f(1)', 'f('));

const exception: fc.Arbitrary<RaisedException> = fc.record({
  type,
  message: anyText,
  traceback: fc.oneof(
    anyText,
    anyText.map((text) => `  File "<candidate>", line 3, in f\n    ${text}\nTypeError\n`),
  ),
  line: fc.option(fc.nat()),
  locals: fc.dictionary(fc.constantFrom('a', 'b', 'long_name'), anyText),
});

const check: fc.Arbitrary<Check> = fc.record({
  test: fc.option(anyText),
  source,
  passed: fc.boolean(),
  call: fc.option(fc.oneof(anyText, fc.constantFrom('f(1)', `f('${'y'.repeat(390)}')`))),
  actual: fc.option(anyText),
  operator: fc.constantFrom(null, '==', '<', 'in'),
  expected: fc.option(anyText),
  exception: fc.option(exception),
});

const measured = {
  testedBy: fc.constantFrom('judge', 'pytest', 'unittest', 'plain'),
  checksPassed: fc.nat(),
  checksFailed: fc.nat(),
  output: anyText,
  seconds: fc.constant(0),
  cpuSeconds: fc.constant(0),
  peakBytes: fc.constant(null),
} as const;
const checks = fc.array(check, { maxLength: 60 });
const place = { during: fc.constantFrom('load', 'check'), source: fc.option(source) } as const;

const verdict = fc.oneof(
  fc.record({ ...measured, checks, kind: fc.constant('passed') }),
  fc.record({ ...measured, checks: withFailure(checks), kind: fc.constant('failed') }),
  fc.record({ ...measured, checks, kind: fc.constant('raised'), during: fc.constant('load'), exception }),
  fc.record({
    ...measured,
    checks: withFailure(checks),
    kind: fc.constant('raised'),
    during: fc.constant('check'),
    exception,
  }),
  fc.record({ ...measured, checks, kind: fc.constant('syntax-error'), exception }),
  fc.record({ ...measured, checks, kind: fc.constant('no-code') }),
  fc.record({ ...measured, checks, kind: fc.constant('timed-out'), limitSeconds: fc.nat(), ...place }),
  fc.record({ ...measured, checks, kind: fc.constant('out-of-memory'), ...place }),
  fc.record({ ...measured, checks, kind: fc.constant('crashed'), reason: anyText, ...place }),
) as fc.Arbitrary<Verdict>;

function withFailure(list: typeof checks): typeof checks {
  return fc.tuple(check, list).map(([first, others]) => [{ ...first, passed: false }, ...others]);
}

const detail = fc.constantFrom('values', 'traceback');
const options = { numRuns: 2000 };

describe('the feedback for any verdict', () => {
  it('keeps within its tokens, begins with something, and holds no control characters', () => {
    const holds = (any: Verdict, form: 'values' | 'traceback', maxTokens: number) => {
      const text = feedbackOf(any, form, { maxTokens, entryPoint: 'f' });
      assert.ok(text.length <= maxTokens * 3.5);
      assert.match(text, /^[^\n]/);
      assert.match(text, /^[^\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
      assert.match(text, /^[\n\t\P{Cc}]*$/u);
      const line = failureLine(any, 'f');
      assert.ok(line.length > 0 && line.length <= 160);
    };
    fc.assert(fc.property(verdict, detail, fc.integer({ min: 1, max: 1000 }), holds), options);
  });

  it('is the same text, cut, where it may be less long', () => {
    const holds = (any: Verdict, form: 'values' | 'traceback', one: number, other: number) => {
      const [short, long] = [Math.min(one, other), Math.max(one, other)].map((maxTokens) =>
        (feedbackOf(any, form, { maxTokens }).split('\n')[0] ?? '').replace(/…$/, ''),
      );
      assert.ok(long?.startsWith(short ?? '-'), `${short}\n${long}`);
    };
    const tokens = fc.integer({ min: 1, max: 1000 });
    fc.assert(fc.property(verdict, detail, tokens, tokens, holds), options);
  });

  it('says in sixty tokens what was called, or what was raised', () => {
    const texts = { source: fc.constant(`f('${'y'.repeat(280)}') == 1`), call: fc.constant(`f('${'y'.repeat(390)}')`) };
    const failed = fc.record({ ...texts, actual: anyText, expected: anyText, exception: fc.option(exception) });
    const holds = (
      values: Pick<Check, 'source' | 'call' | 'actual' | 'expected' | 'exception'>,
      form: 'values' | 'traceback',
    ) => {
      const first: Check = { ...values, test: null, passed: false, operator: '==' };
      const text = feedbackOf({ ...base, kind: 'failed', checks: [first] }, form, { maxTokens: 60 });
      assert.match(text, /f\('yyyyy/);
    };
    fc.assert(fc.property(failed, detail, holds), options);
    const raises = (raised: RaisedException, form: 'values' | 'traceback') => {
      const own = {
        ...raised,
        traceback: `Traceback (most recent call last):\n  File "<candidate>", line 1, in <module>\n    ${'z'.repeat(300)}\n${raised.type}: no\n`,
      };
      const text = feedbackOf({ ...base, kind: 'raised', during: 'load', checks: [], exception: own }, form, {
        maxTokens: 60,
      });
      assert.ok(text.includes(raised.type), text);
    };
    fc.assert(fc.property(exception, detail, raises), options);
  });
});

const base = {
  testedBy: 'judge',
  checksPassed: 0,
  checksFailed: 1,
  output: '',
  seconds: 0,
  cpuSeconds: 0,
  peakBytes: null,
} as const;
