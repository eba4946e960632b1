import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { completionSchema } from '../models/model.ts';
import { trialSchema } from '../runs/trial.ts';
import { verdictSchema } from '../sandbox/verdict.ts';

/** Grows when something of the protocol changes, so that workers of another version are told apart. */
export const PROTOCOL_VERSION = 1;

const text = z.string().max(1000);
const count = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const modelSchema = z.strictObject({
  /** `provider/name`. */
  name: text,
  /** What its answers depend on besides the request; null where nothing is known of that. */
  identity: z.string().max(4000).nullable(),
});

/** What has to be the same on all machines of one queue. */
const placeSchema = z.strictObject({
  protocol: count,
  greenloop: text,
  /** Kind of isolation, and the Python in it. */
  sandbox: text,
  /** Hash of the judge's own files. */
  judge: hash,
});
export type Place = Immutable<z.infer<typeof placeSchema>>;

/** A worker, as it tells of itself. */
export const workerSchema = z.strictObject({
  id: text,
  host: text,
  pid: count,
  place: placeSchema,
  models: z.array(modelSchema).max(10_000),
  /** Requests at once to each model server. */
  slots: count,
  /** Jobs that it does at once (0 while its model server is gone), and is doing. */
  jobs: count,
  active: count,
  /** Jobs done, and given back, since it was started. */
  done: count,
  failed: count,
  /** When it was started, and when it said this: milliseconds since 1970, by its own clock. */
  started: count,
  now: count,
});
export type WorkerInfo = Immutable<z.infer<typeof workerSchema>>;

/** A queue of jobs that want the same models. */
export const queueSchema = z.strictObject({
  place: placeSchema,
  models: z.array(modelSchema).max(1000),
});
export type QueueInfo = Immutable<z.infer<typeof queueSchema>>;

const keyedCompletion = z.strictObject({ key: hash, completion: completionSchema });
const keyedVerdict = z.strictObject({ key: hash, verdict: verdictSchema });

/** One task in one repeat, with the pipelines that are to run on it. */
export const jobSchema = z.strictObject({
  /** Hash of the task, under which it lies beside the queue. */
  task: hash,
  repeat: count,
  pipelines: z.array(z.unknown()).max(10_000),
  seed: count,
  timeoutSeconds: z.number().positive(),
  grading: z.enum(['first', 'all', 'none']),
  /** Whether somebody reads along, and may end it with what there is by then. */
  watched: z.boolean(),
  /** Answers that need not be asked for again. */
  known: z.array(keyedCompletion),
});
export type Job = Immutable<z.infer<typeof jobSchema>>;

/** What came of a job: its trials, and what was asked and run for them; or why no worker can do it. */
export const resultSchema = z.union([
  z.strictObject({
    trials: z.array(trialSchema),
    completions: z.array(keyedCompletion),
    verdicts: z.array(keyedVerdict),
    reuse: z.strictObject({ calls: count, promptTokens: count, completionTokens: count }),
  }),
  z.strictObject({ refused: z.string().max(4000) }),
]);
export type JobResult = Immutable<z.infer<typeof resultSchema>>;

/** A value out of JSON that somebody else wrote; null where it is not what the schema says. */
export function parseSafely<Value>(schema: z.ZodType<Value>, json: string | null | undefined): Value | null {
  if (json === null || json === undefined) return null;
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
