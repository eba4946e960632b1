import type { PipelineSummary } from '../../analysis/summary.ts';
import { count } from '../terminal/output.ts';
import { shortened } from '../terminal/table.ts';

/** Columns that a pipeline's name may take before a note. */
export const LABEL_WIDTH = 32;

/** What is known of the trials of one pipeline: `counted` are those that rates are made of. */
export type FaultCounts = Pick<PipelineSummary, 'name' | 'trials' | 'faults' | 'counted'>;

/** How the faults of a pipeline count; nothing where there are none. */
export function faultNotes({ name, trials, faults, counted }: FaultCounts): string[] {
  const broke = trials - counted;
  const parts = [
    ...(broke === 0 ? [] : [`${count(broke, 'trial')} broke, in no rate and unsolved in "solved"`]),
    ...(faults === broke ? [] : [`${count(faults - broke, 'trial')} outgrew the context, which is no pass`]),
  ];
  return parts.length === 0 ? [] : [`${shortened(name, LABEL_WIDTH)}: ${parts.join('; ')}`];
}

/** What to say before all numbers where most trials broke; nothing where they did not. */
export function mostlyFaultsNote({ name, trials, counted }: FaultCounts): string[] {
  const broke = trials - counted;
  if (2 * broke <= trials) return [];
  const rest = counted === 0 ? 'it has no rate' : `its rates are of ${count(counted, 'trial')} alone`;
  return [`${shortened(name, LABEL_WIDTH)}: ${broke} of ${count(trials, 'trial')} broke, so ${rest}`];
}
