import type { TaskPrompt } from '../tasks/task.ts';
import { addContext } from './repair/add-context.ts';
import { addImports } from './repair/add-imports.ts';
import { nameEntryPoint } from './repair/name-entry-point.ts';
import { repairLayout } from './repair/repair-layout.ts';
import {
  type AppliedRepair,
  appliedRepairSchema,
  REPAIR_NAMES,
  type RepairName,
  type RepairStep,
  repairNameSchema,
} from './repair/repair-step.ts';

export { type AppliedRepair, appliedRepairSchema, REPAIR_NAMES, type RepairName, repairNameSchema };

export interface RepairedCode {
  readonly code: string;
  readonly applied: readonly AppliedRepair[];
}

const STEPS: Readonly<Record<RepairName, RepairStep>> = {
  layout: repairLayout,
  context: addContext,
  'entry-point': nameEntryPoint,
  imports: addImports,
};

/** Runs the static repairs of a policy on extracted code; an empty policy (the paper's setting) changes nothing. */
export function repairCode(code: string, prompt: TaskPrompt, policy: ReadonlySet<RepairName>): RepairedCode {
  let repaired = code;
  const applied: AppliedRepair[] = [];
  if (code.trim() === '' || code.length > LONGEST_CODE) return { code, applied };
  for (const name of REPAIR_NAMES.filter((name) => policy.has(name) && isMeantFor(prompt, name))) {
    const result = STEPS[name](repaired, prompt);
    if (result === null) continue;
    repaired = result.code;
    applied.push(...result.details.map((detail) => ({ name, detail })));
  }
  return { code: repaired, applied };
}

/** What a script does at its top level is its work, and none of its functions has a name to go by. */
function isMeantFor({ form }: TaskPrompt, name: RepairName): boolean {
  return form !== 'script' || name === 'imports';
}

/** Longer code is no small model's function, and reading it several times would take seconds. */
const LONGEST_CODE = 200_000;
