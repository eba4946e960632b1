import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';

const text = z.string();
const maybeText = text.nullable();
const amount = z.number().nonnegative();

const raisedException = z.strictObject({
  type: text,
  message: text,
  /** As Python prints it, without frames that are not the candidate's or the test's. */
  traceback: text,
  /** Line of the candidate (from 1) in which it was raised; null where none of its lines was involved. */
  line: z.int().nullable(),
  /** Short representations of the local variables of that frame. */
  locals: z.record(text, text),
});

/** An exception that the candidate raised, with its own frames only. */
export type RaisedException = Immutable<z.infer<typeof raisedException>>;

const check = z.strictObject({
  /** Name of the test of a test file: `TestStack.test_pop`; null where checks are assertions outside of any. */
  test: maybeText,
  /** The assertion as the test writes it, without `assert`; the name of the test where all of one passed. */
  source: text,
  passed: z.boolean(),
  /** The last call of the candidate that it made: `f([1, 2], 3)`; null where it made none. */
  call: maybeText,
  actual: maybeText,
  /** Comparison operator, as Python writes it; null where the assertion is no comparison. */
  operator: maybeText,
  expected: maybeText,
  exception: raisedException.nullable(),
});

/** One assertion of a test, or one test of a test file. Representations are cut to a sensible length. */
export type Check = Immutable<z.infer<typeof check>>;

/** Who tested, as plain JSON. */
export const testedBySchema = z.enum(['judge', 'pytest', 'unittest', 'plain', 'command']);

/**
 * What tested a candidate. Only what the `judge` says cannot be forged; the others ran in the candidate's own process: `pytest`,
 * `unittest`, `plain` for functions called one by one and for asserts outside of any, or `command` for a command of the user's of which
 * only the exit code is known.
 */
export type TestedBy = z.infer<typeof testedBySchema>;

const measured = {
  testedBy: testedBySchema,
  /** Failed checks in full, then as many of the passed ones as fit (at most 50 of each are kept). */
  checks: z.array(check),
  checksPassed: amount,
  checksFailed: amount,
  /** What the candidate printed, capped. */
  output: text,
  seconds: amount,
  /** CPU time of candidate and judge together. */
  cpuSeconds: amount,
  /** Peak memory of the candidate in bytes; null where it cannot be measured. */
  peakBytes: amount.nullable(),
};

const during = z.enum(['load', 'check']);

/** Where a run was when it ended without an answer. */
const place = {
  during,
  /** The check under way; null while loading, or outside of any check. */
  source: maybeText,
};

/** A Verdict as plain JSON. */
export const verdictSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...measured, kind: z.literal('passed') }),
  /** The first failing check did not hold; it has an exception only where no values are known (`pytest.fail`). */
  z.strictObject({ ...measured, kind: z.literal('failed') }),
  /** An exception ended the load, or the first failing check. */
  z.strictObject({ ...measured, kind: z.literal('raised'), during, exception: raisedException }),
  z.strictObject({ ...measured, kind: z.literal('syntax-error'), exception: raisedException }),
  z.strictObject({ ...measured, kind: z.literal('no-code') }),
  z.strictObject({ ...measured, ...place, kind: z.literal('timed-out'), limitSeconds: amount }),
  z.strictObject({ ...measured, ...place, kind: z.literal('out-of-memory') }),
  /** The candidate's process ended without an answer: exit(), a signal, a forbidden system call. */
  z.strictObject({ ...measured, ...place, kind: z.literal('crashed'), reason: text }),
]);

/** What a run showed. */
export type Verdict = Immutable<z.infer<typeof verdictSchema>>;

export type VerdictKind = Verdict['kind'];

/** What a verdict measures, of a program that was not run. */
export const UNMEASURED = {
  checks: [],
  checksPassed: 0,
  checksFailed: 0,
  output: '',
  seconds: 0,
  cpuSeconds: 0,
  peakBytes: null,
} as const;
