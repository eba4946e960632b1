import { count } from '../base/count.ts';
import { printable } from '../base/printable.ts';
import { answerAgreement } from '../pipeline/agreement/answer-agreement.ts';
import { failureLine } from '../pipeline/feedback.ts';
import { testedByText } from '../pipeline/tested-by.ts';
import { chosenAttempt, chosenIndex } from '../pipeline/trace.ts';
import type { Trial } from '../runs/trial.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import { leftOutExamples } from '../tasks/left-out-examples.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import type { Proof } from './chat.ts';

/** What was run of the answer of a trial, and what came of it. */
export function proofOf(trial: Trial, task: FreeTask): Proof {
  const { trace, pipeline } = trial;
  const { calls, promptTokens, completionTokens, seconds } = trace.cost;
  const verdict = answerVerdict(trial, task);
  const checks = checksOf(verdict, trial, task);
  const agreement = agreementOf(trial);
  return {
    verdict: verdictOf(verdict, checks, agreement),
    pipeline,
    attempts: trace.attempts.length,
    checks,
    agreement,
    failure:
      verdict === null || verdict.kind === 'passed' ? null : printable(failureLine(verdict, task.prompt.entryPoint)),
    endedEarly: endedEarly(trial),
    leftOutExamples: task.tests === null ? leftOutExamples(task.prompt).length : 0,
    cost: { calls, promptTokens, completionTokens, seconds },
  };
}

/** What the tests say of the answer, be it that no stage was told of them, else what the examples or the load say; null where nothing was run. */
export function answerVerdict({ trace, grades }: Trial, { tests }: FreeTask): Verdict | null {
  if (tests !== null && trace.checked !== 'tests') return grades[chosenIndex(trace.attempts) ?? 0]?.base ?? null;
  return chosenAttempt(trace.attempts)?.verdict ?? null;
}

function checksOf(verdict: Verdict | null, { trace }: Trial, { tests }: FreeTask): Proof['checks'] {
  const by = tests !== null ? 'tests' : trace.checked === 'examples' ? 'examples' : null;
  if (verdict === null || by === null) return null;
  const { checksPassed, checksFailed, testedBy } = verdict;
  const of = checksPassed + checksFailed;
  return of === 0 ? null : { passed: checksPassed, of, by, testedBy };
}

function endedEarly({ trace: { fault, stopReason } }: Trial): string | null {
  if (fault !== null) return printable(fault.message);
  return stopReason === 'budget-spent' ? 'the time or the tokens of one answer are spent' : null;
}

function agreementOf({ trace }: Trial): Proof['agreement'] {
  const own = answerAgreement(trace);
  return own === null ? null : { alike: own.alike, of: own.drafts, inputs: trace.agreement?.inputs ?? 0 };
}

function verdictOf(verdict: Verdict | null, checks: Proof['checks'], agreement: Proof['agreement']): Proof['verdict'] {
  if (verdict !== null && verdict.kind !== 'passed') return 'failed';
  if (verdict !== null && checks !== null) return 'passed';
  if (agreement !== null && 2 * agreement.alike > agreement.of) return 'agreed';
  return verdict === null ? 'unchecked' : 'loads';
}

/** One line that says what was and what was not checked: `passed 3 of 3 checks of the tests given`. */
export function proofLine(proof: Proof): string {
  return proof.endedEarly === null ? verdictLine(proof) : `${verdictLine(proof)}; ended early: ${proof.endedEarly}`;
}

function verdictLine(proof: Proof): string {
  switch (proof.verdict) {
    case 'passed':
      return `passed ${checksText(proof)}${restText(proof)}`;
    case 'failed':
      return `still failing: ${proof.failure}${proof.checks === null ? '' : ` (passed ${checksText(proof)})`}`;
    case 'agreed':
      return `not verified: ${agreementText(proof)}, and nothing was checked${leftOutText(proof)}`;
    case 'loads':
      return `not verified: the code loads, and nothing else was checked${drawnText(proof)}${leftOutText(proof)}`;
    case 'unchecked':
      return `not verified: ${proof.attempts === 0 ? 'there is no code' : 'no check was run'}${drawnText(proof)}`;
  }
}

function checksText({ checks }: Proof): string {
  if (checks === null) return '';
  const { passed, of, by, testedBy } = checks;
  if (by === 'examples') return `${passed} of ${count(of, 'example')} of the task`;
  const place = testedBy === 'judge' ? '' : `, ${testedByText(testedBy)}`;
  return `${passed} of ${count(of, 'check')} of the tests given${place}`;
}

/** What a pass of examples leaves open. */
function restText(proof: Proof): string {
  return proof.checks?.by === 'examples' ? `; nothing else was checked${leftOutText(proof)}` : '';
}

function agreementText({ agreement }: Proof): string {
  if (agreement === null) return '';
  return `${agreement.alike} of ${count(agreement.of, 'draft')} behave alike on ${count(agreement.inputs, 'input')}`;
}

/** Drafts that were compared and do not agree. */
function drawnText(proof: Proof): string {
  return proof.agreement === null ? '' : `; the drafts do not agree (${agreementText(proof)})`;
}

function leftOutText({ leftOutExamples: number }: Proof): string {
  return number === 0 ? '' : ` (${count(number, 'example')} of the task cannot be checked)`;
}
