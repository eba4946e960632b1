import type { AppliedRepair } from '../pipeline/repair.ts';
import type { Trace } from '../pipeline/trace.ts';
import type { Verdict } from '../sandbox/verdict.ts';

/** What the grading tests say of one program. */
export interface Grade {
  readonly base: Verdict;
  /** Null where the benchmark has no plus tests, or base already failed. */
  readonly plus: Verdict | null;
  readonly passed: boolean;
}

/** What one static repair did to the grade of one attempt, against the same attempt without it. */
export interface RepairEffect {
  readonly name: AppliedRepair['name'];
  readonly effect: 'gained' | 'lost' | 'same';
}

/** One (Pipeline, Task, repeat): its Trace and, apart from it, what the grading tests say. */
export interface Trial {
  readonly pipeline: string;
  readonly trace: Trace;
  /** One grade an attempt, in order; fewer where a fault ended the trial. */
  readonly grades: readonly Grade[];
  readonly repairEffects: readonly RepairEffect[];
}

/** Tells a trial from all others of its experiment. */
export function trialKey(pipeline: string, taskId: string, repeat: number): string {
  return JSON.stringify([pipeline, taskId, repeat]);
}

export function keyOfTrial({ pipeline, trace }: Trial): string {
  return trialKey(pipeline, trace.taskId, trace.repeat);
}

export type TrialOutcome = 'passed' | 'not-passed' | 'fault';

/** The last attempt counts: it is what a user would have been given. */
export function outcomeOf(trial: Trial): TrialOutcome {
  if (trial.trace.stopReason === 'fault') return 'fault';
  return trial.grades.at(-1)?.passed === true ? 'passed' : 'not-passed';
}

/** Whether the last attempt passes the grading tests. */
export function isPassed(trial: Trial): boolean {
  return outcomeOf(trial) === 'passed';
}

/**
 * Whether a trial says something of its pipeline: nothing broke, or the conversation outgrew the context, which is the pipeline's own
 * doing and no pass.
 */
export function isCounted(trial: Trial): boolean {
  return outcomeOf(trial) !== 'fault' || trial.trace.fault?.kind === 'model: context-overflow';
}

/** Whether it passed the checks that it saw and fails those that it did not see. */
export function isFalsePass(trial: Trial): boolean {
  const sawPass = trial.trace.attempts.at(-1)?.verdict?.kind === 'passed' && trial.trace.checked !== 'load';
  return sawPass && outcomeOf(trial) === 'not-passed';
}
