import { z } from 'zod';
import { asGreenloopError } from '../base/errors.ts';
import { completionSchema, verdictSchema } from '../cache/rows.ts';
import { REPAIR_NAMES } from '../pipeline/repair.ts';
import { costOf } from '../pipeline/trace.ts';
import type { Trial } from './trial.ts';

const text = z.string();
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const repairName = z.enum(REPAIR_NAMES);

const asked = z.looseObject({
  role: z.enum(['generator', 'analyzer', 'refiner']),
  model: text,
  seed: count,
  temperature: z.number(),
});

/** A Completion is strict, so the fields beside it are taken apart first. */
const namedCompletion = asked.transform(({ role, model, seed, temperature, ...completion }, context) => {
  const parsed = completionSchema.safeParse(completion);
  if (parsed.success) return { role, model, seed, temperature, ...parsed.data };
  context.addIssue({ code: 'custom', message: parsed.error.message });
  return z.NEVER;
});

const attempt = z.strictObject({
  index: count,
  stage: count.nullable(),
  answer: text,
  extracted: text,
  code: text,
  repairs: z.array(z.strictObject({ name: repairName, detail: text })),
  verdict: verdictSchema.nullable(),
  completions: z.array(namedCompletion),
});

const trace = z.strictObject({
  taskId: text,
  repeat: count,
  attempts: z.array(attempt),
  stopReason: z.enum(['passed', 'iterations-spent', 'budget-spent', 'failure-repeated', 'fault']),
  checked: z.enum(['tests', 'examples', 'load', 'nothing']),
  cost: z.strictObject({ calls: count, promptTokens: count, completionTokens: count, seconds }),
  fault: z.strictObject({ kind: text, message: text }).nullable(),
});

/** A Trial as it was kept. */
const trialSchema: z.ZodType<Trial> = z.strictObject({
  pipeline: text,
  trace,
  grades: z.array(z.strictObject({ base: verdictSchema, plus: verdictSchema.nullable(), passed: z.boolean() })),
  repairEffects: z.array(z.strictObject({ name: repairName, effect: z.enum(['gained', 'lost', 'same']) })),
});

/** The trial where it can be read again once it is kept; else one that is a fault and says which of its fields could not. */
export function readableTrial(trial: Trial): Trial {
  // As JSON, in which Infinity and NaN are null.
  const read = trialSchema.safeParse(JSON.parse(JSON.stringify(trial)));
  if (read.success) return trial;
  const field = read.error.issues[0]?.path.join('.');
  const { message } = asGreenloopError(new TypeError(`${field} of a trial is not what a run can keep`));
  const fault = { kind: 'internal', message };
  const trace = { ...trial.trace, attempts: [], cost: costOf([]), stopReason: 'fault', fault } as const;
  return { ...trial, trace, grades: [], repairEffects: [] };
}

/** A trial out of its JSON; null where it is damaged, or another version of greenloop wrote it. */
export function parseTrial(json: string): Trial | null {
  try {
    return trialSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
