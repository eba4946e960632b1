import { z } from 'zod';
import { completionSchema, verdictSchema } from '../ledger/rows.ts';
import { REPAIR_NAMES } from '../pipeline/repair.ts';
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

/** A trial out of its JSON; null where it is damaged, or another version of greenloop wrote it. */
export function parseTrial(json: string): Trial | null {
  try {
    return trialSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
