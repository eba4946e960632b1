import { truncationText } from './attempt-feedback.ts';
import { failureLine } from './feedback.ts';
import type { Attempt } from './trace.ts';

/** One attempt for people: who wrote it, and what failed; attempts that came before it are `earlier`. */
export function attemptLines(attempt: Attempt, earlier: readonly Attempt[], entryPoint: string): string[] {
  const { completions, repairs } = attempt;
  const { model, seconds } = completions.at(-1) ?? { model: '', seconds: 0 };
  const who = `${attemptName(attempt, earlier)} by ${model}`;
  const mended = repairs.map(({ detail }) => detail).join('; ');
  return [
    `${who} (${seconds.toFixed(1)} s): ${attemptResult(attempt, entryPoint)}`,
    ...(mended === '' ? [] : [`  static repairs: ${mended}`]),
  ];
}

/** What one attempt came to, in one line. */
export function attemptResult(attempt: Attempt, entryPoint: string): string {
  const { verdict } = attempt;
  const truncation = verdict?.kind === 'passed' ? null : truncationText(attempt);
  const run = verdict === null ? 'not run' : failureLine(verdict, entryPoint);
  return [truncation, run].filter((part) => part !== null).join('; ');
}

/** `draft`, `draft 2`, `repair 1`, and of which attempt where that is not the one before. */
export function attemptName({ from }: Attempt, earlier: readonly Attempt[]): string {
  const number = 1 + earlier.filter((other) => (other.from === null) === (from === null)).length;
  if (from === null) return number === 1 ? 'draft' : `draft ${number}`;
  const origin = earlier[from];
  const isLast = from === earlier.length - 1;
  return `repair ${number}${isLast || origin === undefined ? '' : ` of ${attemptName(origin, earlier.slice(0, from))}`}`;
}
