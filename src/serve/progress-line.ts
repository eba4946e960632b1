import { printable } from '../base/printable.ts';
import { attemptLines } from '../pipeline/attempt-lines.ts';
import type { Attempt } from '../pipeline/trace.ts';
import type { TrialEvent } from '../runs/event.ts';

const WANTED = { generator: 'a draft', refiner: 'a repair', analyzer: 'an analysis' } as const;

/** What an event says to people who wait, in one line; null where it is none of a call's begin or an attempt. */
export function progressLine(event: TrialEvent, earlier: readonly Attempt[], entryPoint: string): string | null {
  switch (event.kind) {
    case 'call-started':
      return `asking ${printable(event.model)} for ${WANTED[event.role]}`;
    case 'attempt':
      return printable(attemptLines(event.attempt, earlier, entryPoint)[0] ?? '');
    default:
      return null;
  }
}
