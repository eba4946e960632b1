import { count } from '../base/count.ts';
import { feedbackOf } from './feedback.ts';
import type { FeedbackDetail } from './pipeline-spec.ts';
import type { Attempt } from './trace.ts';

/** What a repair of an attempt is told: what its run showed, and that its answer was truncated; null where it was not run. */
export function attemptFeedback(attempt: Attempt, detail: FeedbackDetail, entryPoint: string): string | null {
  const { verdict } = attempt;
  if (verdict === null) return null;
  const run = feedbackOf(verdict, detail, { entryPoint });
  const truncation = truncationText(attempt);
  // The paper's feedback is the traceback alone.
  if (truncation === null || detail === 'traceback' || verdict.kind === 'passed') return run;
  return `${truncation[0]?.toUpperCase()}${truncation.slice(1)}, before it ended: write a shorter program.\n${run}`;
}

/** `the answer was cut off at 512 tokens`; null of an answer that ended by itself. */
export function truncationText({ completions }: Pick<Attempt, 'completions'>): string | null {
  const last = completions.at(-1);
  if (last?.finishReason !== 'length') return null;
  const { usage } = last;
  return `the answer was cut off at ${usage === null ? 'its token limit' : count(usage.completionTokens, 'token')}`;
}
