import { z } from 'zod';
import { asGreenloopError } from '../base/errors.ts';
import type { Immutable } from '../base/immutable.ts';
import { repairNameSchema } from '../pipeline/repair.ts';
import { chosenAttempt, chosenIndex, costOf, traceSchema } from '../pipeline/trace.ts';
import { verdictSchema } from '../sandbox/verdict.ts';

const gradeSchema = z.strictObject({
  base: verdictSchema,
  /** Null where the benchmark has no plus tests, or base already failed. */
  plus: verdictSchema.nullable(),
  passed: z.boolean(),
});

/** What the grading tests say of one program. */
export type Grade = Immutable<z.infer<typeof gradeSchema>>;

const repairEffectSchema = z.strictObject({ name: repairNameSchema, effect: z.enum(['gained', 'lost', 'same']) });

/** What one static repair did to the grade of one attempt, against the same attempt without it. */
export type RepairEffect = Immutable<z.infer<typeof repairEffectSchema>>;

/** A Trial as plain JSON. */
export const trialSchema = z.strictObject({
  /** Name of the pipeline. */
  pipeline: z.string(),
  trace: traceSchema,
  /** One grade an attempt, in order; fewer where a fault ended the trial. */
  grades: z.array(gradeSchema),
  repairEffects: z.array(repairEffectSchema),
});

/** One (Pipeline, Task, repeat): its Trace and, apart from it, what the grading tests say. */
export type Trial = Immutable<z.infer<typeof trialSchema>>;

/** A trial out of its JSON; null where it is damaged, or another version of greenloop wrote it. */
export function parseTrial(json: string): Trial | null {
  try {
    return trialSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** The trial where it is what its schema says; else one that is a fault and names the field that is not. */
export function storableTrial(trial: Trial): Trial {
  // As JSON, in which Infinity and NaN are null.
  const read = trialSchema.safeParse(JSON.parse(JSON.stringify(trial)));
  if (read.success) return trial;
  const field = read.error.issues[0]?.path.join('.');
  const { message } = asGreenloopError(new TypeError(`${field} of a trial cannot be stored in a run`));
  const fault = { kind: 'internal', message };
  const trace = { ...trial.trace, attempts: [], cost: costOf([]), stopReason: 'fault', fault } as const;
  return { ...trial, trace, grades: [], repairEffects: [] };
}

/** Tells a trial from all others of its run. */
export function trialKey(pipeline: string, taskId: string, repeat: number): string {
  return JSON.stringify([pipeline, taskId, repeat]);
}

export function keyOfTrial({ pipeline, trace }: Trial): string {
  return trialKey(pipeline, trace.taskId, trace.repeat);
}

export const trialOutcomeSchema = z.enum(['passed', 'not-passed', 'fault']);
export type TrialOutcome = z.infer<typeof trialOutcomeSchema>;

/** The attempt that is the answer counts. Where nothing grades it, what it saw does. */
export function outcomeOf({ trace, grades }: Trial): TrialOutcome {
  if (trace.stopReason === 'fault') return 'fault';
  const grade = grades[chosenIndex(trace.attempts) ?? 0];
  const isPassed = grade?.passed ?? chosenAttempt(trace.attempts)?.verdict?.kind === 'passed';
  return isPassed ? 'passed' : 'not-passed';
}
