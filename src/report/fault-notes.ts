import type { PipelineSummary } from '../analysis/summary.ts';
import { count } from '../base/count.ts';
import type { Note } from './table.ts';

/** What is known of the trials of one pipeline: `counted` are those that rates are made of. */
export type FaultCounts = Pick<PipelineSummary, 'name' | 'trials' | 'faults' | 'counted'>;

/** How the faults of a pipeline count; nothing where there are none. */
export function faultNotes({ name, trials, faults, counted }: FaultCounts): Note[] {
  const excluded = trials - counted;
  const parts = [...excludedTexts(excluded), ...overflowTexts(faults - excluded)];
  return parts.length === 0 ? [] : [{ about: name, text: parts.join('; ') }];
}

function excludedTexts(excluded: number): string[] {
  if (excluded === 0) return [];
  if (excluded === 1) return ['1 faulted trial is excluded from rates and counts as not solved'];
  return [`${excluded} faulted trials are excluded from rates and count as not solved`];
}

function overflowTexts(overflows: number): string[] {
  if (overflows === 0) return [];
  return [`${count(overflows, 'trial')} outgrew the context, counted as not passed`];
}

/** What to say before all numbers where most trials faulted; nothing where they did not. */
export function mostlyFaultsNote({ name, trials, counted }: FaultCounts): Note[] {
  const excluded = trials - counted;
  if (2 * excluded <= trials) return [];
  const rest = counted === 0 ? 'it has no rates' : `its rates are of ${count(counted, 'trial')} only`;
  return [{ about: name, text: `${excluded} of ${count(trials, 'trial')} faulted, so ${rest}` }];
}

/** How many trials had nothing to check but that the code loads; nothing where there are none. */
export function uncheckedNote(about: string, unchecked: number): Note[] {
  if (unchecked === 0) return [];
  return [{ about, text: `${count(unchecked, 'trial')} had no visible check except that the code loads` }];
}
