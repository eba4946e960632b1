import { count } from '../base/count.ts';
import { answerAgreement } from '../pipeline/agreement/answer-agreement.ts';
import { failureLine } from '../pipeline/feedback.ts';
import { chosenAttempt, type Trace } from '../pipeline/trace.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import type { Proof } from './chat.ts';

/** What was run for an answer, and what came of it. */
export function proofOf(trace: Trace, _task: FreeTask, pipeline: string): Proof {
  const verdict = chosenAttempt(trace.attempts)?.verdict ?? null;
  const own = answerAgreement(trace);
  const agreement = own === null ? null : { alike: own.alike, of: own.drafts };
  const { checked, cost, attempts } = trace;
  const isChecked = checked === 'tests' || checked === 'examples';
  const { checksPassed: passed = 0, checksFailed: failed = 0 } = verdict ?? {};
  return {
    verdict: verdictOf(verdict?.kind ?? null, isChecked, agreement),
    pipeline,
    attempts: attempts.length,
    checks: isChecked ? { passed, of: passed + failed, by: checked } : null,
    agreement,
    cost,
  };
}

function verdictOf(kind: string | null, isChecked: boolean, agreement: Proof['agreement']): Proof['verdict'] {
  if (kind === null) return 'unchecked';
  if (kind !== 'passed') return 'failed';
  if (isChecked) return 'passed';
  return agreement === null ? 'loads' : 'agreed';
}

/** One line that says what was verified, and what was not. */
export function proofLine(proof: Proof, trace: Trace, { prompt }: FreeTask): string {
  const { verdict, checks, agreement } = proof;
  const chosen = chosenAttempt(trace.attempts)?.verdict ?? null;
  const alike = agreement === null ? '' : `${agreement.alike} of ${count(agreement.of, 'draft')} behave alike; `;
  switch (verdict) {
    case 'passed':
      return `Passed ${checks?.passed} of ${count(checks?.of ?? 0, 'check')} that the prompt gives.`;
    case 'failed':
      return `Still failing after ${count(proof.attempts, 'attempt')}: ${chosen === null ? 'it was not run' : failureLine(chosen, prompt.entryPoint)}`;
    case 'agreed':
      return `Not verified: ${alike}no test was given.`;
    case 'loads':
      return 'Not verified: the code loads, and no test was given.';
    case 'unchecked':
      return `Not verified: ${alike}nothing was run.`;
  }
}
