import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { loopEventSchemas } from '../pipeline/loop-event.ts';
import { planSchema } from './plan.ts';
import { trialSchema } from './trial.ts';

/** Grows when an event changes so that a reader of the one before would misread it. */
export const EVENT_VERSION = 1;

const count = z.int().nonnegative();

/** Which trial an event belongs to. */
const place = { pipeline: z.string(), taskId: z.string(), repeat: count };
const [callStarted, callText, callEnded, attempt] = loopEventSchemas;

const trialEvents = [
  z.strictObject({ kind: z.literal('trial-started'), ...place }),
  callStarted.extend(place),
  callText.extend(place),
  callEnded.extend(place),
  attempt.extend(place),
  z.strictObject({ kind: z.literal('trial-ended'), trial: trialSchema }),
] as const;

/** A TrialEvent as plain JSON. */
export const trialEventSchema = z.discriminatedUnion('kind', trialEvents);

/** What happens while trials run. */
export type TrialEvent = Immutable<z.infer<typeof trialEventSchema>>;

/** A RunEvent as plain JSON. */
export const runEventSchema = z.discriminatedUnion('kind', [
  /** The first event of a run. */
  z.strictObject({
    kind: z.literal('run-started'),
    version: z.literal(EVENT_VERSION),
    plan: planSchema,
    trials: count,
  }),
  ...trialEvents,
  /** The last event of a run; `stopped` where trials of the plan are missing. */
  z.strictObject({
    kind: z.literal('run-ended'),
    state: z.enum(['complete', 'stopped']),
    trials: count,
    seconds: z.number().nonnegative(),
  }),
]);

/** What happens in a run, in order: who watches needs nothing else. */
export type RunEvent = Immutable<z.infer<typeof runEventSchema>>;
