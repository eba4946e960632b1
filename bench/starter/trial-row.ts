import { errorType } from '../../src/pipeline/feedback.ts';
import type { Attempt } from '../../src/pipeline/trace.ts';
import type { Trial } from '../../src/runs/trial.ts';

/** One attempt of a trial, with what the analyses need of it. */
export interface AttemptRow {
  /** The program that was run. */
  readonly code: string;
  /** What the visible examples showed: the type of the error, null for a pass; null where nothing was run. */
  readonly seen: { readonly error: string | null } | null;
  /** Whether the hidden tests pass. */
  readonly passed: boolean;
  readonly tokens: number;
  /** Of the model and the sandbox. */
  readonly seconds: number;
}

/** One (part, task, repeat), as it is saved. */
export interface TrialRow {
  readonly task: string;
  readonly repeat: number;
  /** What broke, if something did. */
  readonly fault: string | null;
  readonly attempts: readonly AttemptRow[];
}

/** What is saved of a Trial. */
export function trialRow({ trace, grades }: Trial): TrialRow {
  return {
    task: trace.taskId,
    repeat: trace.repeat,
    fault: trace.fault?.message ?? null,
    attempts: trace.attempts.map((attempt, index) => attemptRow(attempt, grades[index]?.passed === true)),
  };
}

function attemptRow({ code, verdict, completions }: Attempt, passed: boolean): AttemptRow {
  const usages = completions.map(({ usage }) => (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0));
  const modelSeconds = sum(completions.map(({ seconds }) => seconds));
  return {
    code,
    seen: verdict && { error: errorType(verdict) },
    passed,
    tokens: sum(usages),
    seconds: Number((modelSeconds + (verdict?.seconds ?? 0)).toFixed(5)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
