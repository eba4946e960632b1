import { z } from 'zod';
import type { Completion } from '../models/model.ts';
import { tokenCount } from '../models/usage.ts';
import type { Verdict } from '../sandbox/verdict.ts';

const text = z.string();
const maybeText = text.nullable();
const count = z.number().nonnegative();

/** A Completion as it was kept. */
export const completionSchema: z.ZodType<Completion> = z.strictObject({
  text,
  finishReason: z.enum(['stop', 'length', 'other']),
  usage: z.strictObject({ promptTokens: tokenCount, completionTokens: tokenCount }).nullable(),
  seconds: count,
  timings: z.strictObject({ loadSeconds: count, promptSeconds: count, completionSeconds: count }).nullable(),
});

const exception = z.strictObject({
  type: text,
  message: text,
  traceback: text,
  line: z.int().nullable(),
  locals: z.record(text, text),
});

const check = z.strictObject({
  test: maybeText,
  source: text,
  passed: z.boolean(),
  call: maybeText,
  actual: maybeText,
  operator: maybeText,
  expected: maybeText,
  exception: exception.nullable(),
});

const measured = {
  testedBy: z.enum(['judge', 'pytest', 'unittest', 'plain']),
  checks: z.array(check),
  checksPassed: count,
  checksFailed: count,
  output: text,
  seconds: count,
  cpuSeconds: count,
  peakBytes: count.nullable(),
};

const place = { during: z.enum(['load', 'check']), source: maybeText };

/** A Verdict as it was kept. */
export const verdictSchema: z.ZodType<Verdict> = z.discriminatedUnion('kind', [
  z.strictObject({ ...measured, kind: z.literal('passed') }),
  z.strictObject({ ...measured, kind: z.literal('failed') }),
  z.strictObject({ ...measured, kind: z.literal('raised'), during: z.enum(['load', 'check']), exception }),
  z.strictObject({ ...measured, kind: z.literal('syntax-error'), exception }),
  z.strictObject({ ...measured, kind: z.literal('no-code') }),
  z.strictObject({ ...measured, ...place, kind: z.literal('timed-out'), limitSeconds: count }),
  z.strictObject({ ...measured, ...place, kind: z.literal('out-of-memory') }),
  z.strictObject({ ...measured, ...place, kind: z.literal('crashed'), reason: text }),
]);
