import { type DiffLine, lineDiff } from '../base/line-diff.ts';
import { attemptLines, attemptName, attemptResult } from '../pipeline/attempt-lines.ts';
import { failureLine, feedbackOf } from '../pipeline/feedback.ts';
import type { FeedbackDetail } from '../pipeline/pipeline-spec.ts';
import { type Attempt, chosenIndex } from '../pipeline/trace.ts';
import type { StoredTrial } from './run-store.ts';
import { type Grade, outcomeOf, type TrialOutcome } from './trial.ts';

/** One attempt of a stored trial, for who wants to see what happened. */
export interface AttemptStory {
  /** `draft 2`, `repair 1`. */
  readonly name: string;
  /** What it came to, in one line. */
  readonly result: string;
  /** Who wrote it, and what failed; then its static repairs. */
  readonly headline: readonly string[];
  readonly code: string;
  /** What changed in the program that it repairs; null for a draft. */
  readonly diff: readonly DiffLine[] | null;
  /** What its run showed, as a repair is told of it; null where it passed, or was not run. */
  readonly feedback: string | null;
  /** What the grading tests say; null where nothing graded it. */
  readonly grade: string | null;
  readonly isAnswer: boolean;
}

/** A stored trial, attempt by attempt. */
export interface TrialStory {
  readonly pipeline: string;
  readonly taskId: string;
  readonly repeat: number;
  readonly outcome: TrialOutcome;
  readonly stopReason: string;
  readonly fault: string | null;
  readonly attempts: readonly AttemptStory[];
}

/** Tells a stored trial attempt by attempt. */
export function trialStory({ trial, prompt }: StoredTrial, detail: FeedbackDetail): TrialStory {
  const { pipeline, trace, grades } = trial;
  const { taskId, repeat, attempts, stopReason, fault } = trace;
  const entryPoint = prompt?.entryPoint;
  const answer = chosenIndex(attempts);
  return {
    ...{ pipeline, taskId, repeat, outcome: outcomeOf(trial), stopReason },
    fault: fault === null ? null : `${fault.kind}: ${fault.message}`,
    attempts: attempts.map((attempt, index) => ({
      name: attemptName(attempt, attempts.slice(0, index)),
      result: attemptResult(attempt, entryPoint ?? ''),
      headline: attemptLines(attempt, attempts.slice(0, index), entryPoint ?? ''),
      code: attempt.code,
      diff: diffOf(attempt, attempts),
      feedback: feedbackText(attempt, detail, entryPoint),
      grade: gradeText(grades[index], entryPoint),
      isAnswer: index === answer,
    })),
  };
}

function diffOf({ from, code }: Attempt, attempts: readonly Attempt[]): DiffLine[] | null {
  const origin = from === null ? undefined : attempts[from];
  return origin === undefined ? null : lineDiff(origin.code, code);
}

function feedbackText({ verdict }: Attempt, detail: FeedbackDetail, entryPoint: string | undefined): string | null {
  if (verdict === null || verdict.kind === 'passed') return null;
  return feedbackOf(verdict, detail, entryPoint === undefined ? {} : { entryPoint });
}

function gradeText(grade: Grade | undefined, entryPoint: string | undefined): string | null {
  if (grade === undefined) return null;
  return grade.passed ? 'passed' : failureLine(grade.plus ?? grade.base, entryPoint);
}
