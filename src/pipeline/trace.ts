import { z } from 'zod';
import { type Fault, InternalFault, ModelFault, TestsFault, UnsupportedFault } from '../base/errors.ts';
import type { Immutable } from '../base/immutable.ts';
import { completionSchema, messageSchema, roleSchema } from '../models/model.ts';
import { verdictSchema } from '../sandbox/verdict.ts';
import { appliedRepairSchema } from './repair.ts';

const count = z.int().nonnegative();

const namedCompletion = completionSchema.extend({
  role: roleSchema,
  model: z.string(),
  seed: count,
  temperature: z.number(),
  /** Every message that was sent; empty in runs of version 0.1, which did not keep them. */
  messages: z.array(messageSchema).default([]),
});

/** A Completion with who gave it and what was asked. */
export type NamedCompletion = Immutable<z.infer<typeof namedCompletion>>;

const attempt = z.strictObject({
  /** 0 for the first draft, then 1, 2, ... */
  index: count,
  /** Which stage drew or repaired it, from 0; null for a draft that belongs to none. */
  stage: count.nullable(),
  /** Index of the attempt that it repairs; null for a draft. */
  from: count.nullable(),
  /** The model's answer that holds the code, as it came. */
  answer: z.string(),
  /** The code as extracted, before static repairs. */
  extracted: z.string(),
  /** The whole program that was run. */
  code: z.string(),
  repairs: z.array(appliedRepairSchema),
  /** What the feedback checks showed; null in the text-only setting, where nothing is run. */
  verdict: verdictSchema.nullable(),
  completions: z.array(namedCompletion),
  /** Index of the attempt that would be the answer if the trial ended with this one. */
  bestSoFar: count,
});

/** An Attempt as plain JSON; in version 0.1 each repaired the one before it, and the last one was the answer. */
export const attemptSchema = z.preprocess((value) => {
  if (!isObject(value) || 'from' in value || typeof value.index !== 'number') return value;
  const { index } = value;
  return { ...value, from: index === 0 ? null : index - 1, bestSoFar: index };
}, attempt);

/** One Candidate with its Verdict and the Completions that led to it. */
export type Attempt = Immutable<z.infer<typeof attempt>>;

/** How many programs of a trial behave alike. */
const agreement = z.strictObject({
  /** Inputs on which they were run. */
  inputs: count,
  /** Indices of attempts that gave the same on all of them, the largest group first. */
  groups: z.array(z.array(count)),
  /** Sandbox seconds of these runs. */
  seconds: z.number().nonnegative(),
});
export type Agreement = Immutable<z.infer<typeof agreement>>;

const stopReason = z.enum(['passed', 'agreed', 'iterations-spent', 'budget-spent', 'failure-repeated', 'fault']);
export type StopReason = z.infer<typeof stopReason>;

const cost = z.strictObject({
  calls: count,
  promptTokens: count,
  completionTokens: count,
  /** Model and sandbox seconds, without waiting in queues. */
  seconds: z.number().nonnegative(),
});
export type Cost = Immutable<z.infer<typeof cost>>;

/** A Trace as plain JSON. */
export const traceSchema = z.strictObject({
  taskId: z.string(),
  repeat: count,
  attempts: z.array(attemptSchema),
  /** Null where programs were not compared, or nothing said on which inputs to. */
  agreement: agreement.nullable().default(null),
  /** Answers that led to no attempt: a call after them broke, or another draft passed while they were drawn. */
  unused: z.array(namedCompletion).default([]),
  stopReason,
  /** `tests`, `examples`, or `load`: nothing but compiling and loading was checked; `nothing`: text only. */
  checked: z.enum(['tests', 'examples', 'load', 'nothing']),
  cost,
  /** What broke, where the reason for stopping is `fault`. */
  fault: z.strictObject({ kind: z.string(), message: z.string() }).nullable(),
});

/** All Attempts on one Task by one Pipeline. */
export type Trace = Immutable<z.infer<typeof traceSchema>>;

/** Index of the attempt that is the answer; null where there is none. */
export function chosenIndex(attempts: readonly Pick<Attempt, 'bestSoFar'>[]): number | null {
  return attempts.at(-1)?.bestSoFar ?? null;
}

/** The attempt that is the answer; null where there is none. */
export function chosenAttempt(attempts: readonly Attempt[]): Attempt | null {
  const index = chosenIndex(attempts);
  return index === null ? null : (attempts[index] ?? null);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What attempts cost together. */
export function costOf(attempts: readonly Pick<Attempt, 'completions' | 'verdict'>[]): Cost {
  const completions = attempts.flatMap((attempt) => attempt.completions);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    calls: completions.length,
    promptTokens: sum(completions.map(({ usage }) => usage?.promptTokens ?? 0)),
    completionTokens: sum(completions.map(({ usage }) => usage?.completionTokens ?? 0)),
    seconds: sum(completions.map(({ seconds }) => seconds)) + sum(attempts.map(({ verdict }) => verdict?.seconds ?? 0)),
  };
}

/** What broke: `model: REASON`, `sandbox`, `unsupported` where another sandbox would have given a verdict, `tests`, or `internal`. */
export function faultKind(fault: Fault): string {
  if (fault instanceof ModelFault) return `model: ${fault.reason}`;
  if (fault instanceof InternalFault) return 'internal';
  if (fault instanceof TestsFault) return 'tests';
  return fault instanceof UnsupportedFault ? 'unsupported' : 'sandbox';
}
