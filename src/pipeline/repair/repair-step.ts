import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import type { TaskPrompt } from '../../tasks/task.ts';

/** Static repairs by name, in the order in which they run. */
export const REPAIR_NAMES = ['layout', 'context', 'entry-point', 'imports'] as const;

export const repairNameSchema = z.enum(REPAIR_NAMES);
export type RepairName = z.infer<typeof repairNameSchema>;

export const appliedRepairSchema = z.strictObject({ name: repairNameSchema, detail: z.string() });

/** What a repair did, in one short sentence. */
export type AppliedRepair = Immutable<z.infer<typeof appliedRepairSchema>>;

/** Changed code and what was changed. */
export interface Repaired {
  readonly code: string;
  readonly details: readonly string[];
}

/** One static repair: null where the code does not need it. It never makes code worse that would have passed. */
export type RepairStep = (code: string, prompt: TaskPrompt) => Repaired | null;
