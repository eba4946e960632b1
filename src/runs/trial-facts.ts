import { type AnswerAgreement, answerAgreement } from '../pipeline/agreement/answer-agreement.ts';
import { errorType } from '../pipeline/feedback.ts';
import type { RepairName } from '../pipeline/repair.ts';
import {
  type Attempt,
  type Cost,
  chosenIndex,
  costOf,
  type NamedCompletion,
  type StopReason,
  type Trace,
} from '../pipeline/trace.ts';
import { type Grade, outcomeOf, type RepairEffect, type Trial, type TrialOutcome } from './trial.ts';

/** What rates are made of in one attempt. */
export interface AttemptFacts {
  /** Index of the attempt that it repairs; null of a draft. */
  readonly from: number | null;
  /** Index of the attempt that would be the answer if the trial ended with this one. */
  readonly bestSoFar: number;
  /** Whether the visible checks passed; false too where nothing was run. */
  readonly seenPass: boolean;
  /** What the visible checks showed, or where nothing was run the grading tests; null of a pass, and where nothing is known. */
  readonly error: string | null;
  /** Null where a fault came before the grade. */
  readonly grade: GradeFacts | null;
  /** Repairs that changed it, each once. */
  readonly repairs: readonly RepairName[];
}

export interface GradeFacts {
  readonly passed: boolean;
  readonly basePassed: boolean;
  readonly hasPlus: boolean;
  /** What the grading tests showed; null of a pass. */
  readonly error: string | null;
}

/** A Trial without its texts: all that summaries and analyses count, so that a hundred thousand of them fit into memory. */
export interface TrialFacts {
  readonly pipeline: string;
  readonly taskId: string;
  readonly repeat: number;
  readonly outcome: TrialOutcome;
  /** Whether it is in rates: nothing broke, or the conversation outgrew the context, which is the pipeline's own doing and no pass. */
  readonly isCounted: boolean;
  readonly checked: Trace['checked'];
  readonly stopReason: StopReason;
  readonly fault: Trace['fault'];
  readonly cost: Cost;
  /** False where a model did not say how many tokens an answer took. */
  readonly saysTokens: boolean;
  readonly attempts: readonly AttemptFacts[];
  /** Prompt and new tokens of each attempt. */
  readonly tokens: readonly number[];
  /** Answers that were ended because their program was complete, of all calls. */
  readonly cut: number;
  /** Null where its programs were not compared. */
  readonly agreement: AnswerAgreement | null;
  readonly repairEffects: readonly RepairEffect[];
}

/** The facts of a trial. */
export function factsOf(trial: Trial): TrialFacts {
  const { pipeline, trace, grades, repairEffects } = trial;
  const { taskId, repeat, checked, stopReason, fault, cost, attempts } = trace;
  const outcome = outcomeOf(trial);
  // Field by field: an object that others are spread into takes half as much memory again.
  return {
    pipeline,
    taskId,
    repeat,
    outcome,
    checked,
    stopReason,
    fault,
    cost,
    repairEffects,
    isCounted: outcome !== 'fault' || fault?.kind === 'model: context-overflow',
    saysTokens: attempts.every(({ completions }) => completions.every(({ usage }) => usage !== null)),
    attempts: attempts.map((attempt, index) => attemptFacts(attempt, grades[index] ?? null)),
    tokens: attempts.map(tokensOf),
    cut: [...attempts.flatMap(({ completions }) => completions), ...trace.unused].filter(isCut).length,
    agreement: answerAgreement(trace),
  };
}

function tokensOf(attempt: Attempt): number {
  const { promptTokens, completionTokens } = costOf([attempt]);
  return promptTokens + completionTokens;
}

function isCut({ finishReason }: NamedCompletion): boolean {
  return finishReason === 'cut';
}

export function isPassed({ outcome }: Pick<TrialFacts, 'outcome'>): boolean {
  return outcome === 'passed';
}

/** The attempt that is the answer of a trial; undefined where there is none. */
export function answerOf({ attempts }: TrialFacts): AttemptFacts | undefined {
  return attempts[chosenIndex(attempts) ?? 0];
}

/** Whether its answer passed checks that it saw. */
export function isSeenPass(trial: TrialFacts): boolean {
  return trial.fault === null && trial.checked !== 'load' && answerOf(trial)?.seenPass === true;
}

/** Whether it passed the checks that it saw and fails those that it did not see. */
export function isFalsePass(trial: TrialFacts): boolean {
  return isSeenPass(trial) && trial.outcome === 'not-passed';
}

/** Equal facts of attempts are one object, of which a whole run has a few dozen. */
const known = new Map<string, AttemptFacts>();
const MOST_KNOWN = 10_000;

function attemptFacts(attempt: Attempt, grade: Grade | null): AttemptFacts {
  const { from, bestSoFar, verdict, repairs } = attempt;
  const graded = grade && gradeFacts(grade);
  const facts = {
    from,
    bestSoFar,
    seenPass: verdict?.kind === 'passed',
    error: verdict === null ? (graded?.error ?? null) : errorType(verdict),
    grade: graded,
    repairs: [...new Set(repairs.map(({ name }) => name))],
  };
  const key = JSON.stringify(facts);
  const same = known.get(key);
  if (same !== undefined) return same;
  if (known.size < MOST_KNOWN) known.set(key, facts);
  return facts;
}

function gradeFacts({ base, plus, passed }: Grade): GradeFacts {
  return { passed, basePassed: base.kind === 'passed', hasPlus: plus !== null, error: errorType(plus ?? base) };
}
