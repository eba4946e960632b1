import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { completionSchema, messageSchema, roleSchema } from '../models/model.ts';
import { attemptSchema } from './trace.ts';

const call = {
  role: roleSchema,
  /** `provider/name`. */
  model: z.string(),
  /** Number of the Attempt that the answer leads to, from 0. */
  attempt: z.int().nonnegative(),
};

/** What happens while a pipeline works on a task, as plain JSON. */
export const loopEventSchemas = [
  z.strictObject({ kind: z.literal('call-started'), ...call, messages: z.array(messageSchema) }),
  /** All of the answer that is known so far; only from models that can say. Its last characters may still change. */
  z.strictObject({ kind: z.literal('call-text'), ...call, text: z.string() }),
  z.strictObject({ kind: z.literal('call-ended'), ...call, completion: completionSchema }),
  /** The code of an answer has been taken out, repaired and run. */
  z.strictObject({ kind: z.literal('attempt'), attempt: attemptSchema }),
] as const;

const loopEventSchema = z.discriminatedUnion('kind', loopEventSchemas);
export type LoopEvent = Immutable<z.infer<typeof loopEventSchema>>;
