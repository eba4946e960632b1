import type { TaskPrompt } from '../../tasks/task.ts';

/** Static repairs by name, in the order in which they run. */
export const REPAIR_NAMES = ['layout', 'context', 'entry-point', 'imports'] as const;

export type RepairName = (typeof REPAIR_NAMES)[number];

/** What a repair did, in one short sentence. */
export interface AppliedRepair {
  readonly name: RepairName;
  readonly detail: string;
}

/** Changed code and what was changed. */
export interface Repaired {
  readonly code: string;
  readonly details: readonly string[];
}

/** One static repair: null where the code does not need it. It never makes code worse that would have passed. */
export type RepairStep = (code: string, prompt: TaskPrompt) => Repaired | null;
