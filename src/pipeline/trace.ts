import { type Fault, InternalFault, ModelFault, UnsupportedFault } from '../base/errors.ts';
import type { Completion, Role } from '../models/model.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { AppliedRepair } from './repair.ts';

/** A Completion with who gave it and what it was asked under. */
export interface NamedCompletion extends Completion {
  readonly role: Role;
  readonly model: string;
  readonly seed: number;
  readonly temperature: number;
}

/** One Candidate with its Verdict and the Completions that led to it. */
export interface Attempt {
  /** 0 for the generator's draft, then 1, 2, ... */
  readonly index: number;
  /** Which stage refined it, from 0; null for the draft. */
  readonly stage: number | null;
  /** The model's answer that holds the code, as it came. */
  readonly answer: string;
  /** The code as extracted, before static repairs. */
  readonly extracted: string;
  /** The whole program that was run. */
  readonly code: string;
  readonly repairs: readonly AppliedRepair[];
  /** What the feedback checks showed; null in the text-only setting, where nothing is run. */
  readonly verdict: Verdict | null;
  readonly completions: readonly NamedCompletion[];
}

export type StopReason = 'passed' | 'iterations-spent' | 'budget-spent' | 'failure-repeated' | 'fault';

export interface Cost {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Model and sandbox seconds, without waiting in queues. */
  readonly seconds: number;
}

/** All Attempts on one Task by one Pipeline. */
export interface Trace {
  readonly taskId: string;
  readonly repeat: number;
  readonly attempts: readonly Attempt[];
  readonly stopReason: StopReason;
  /** `tests`, `examples`, or `load`: nothing but compiling and loading was checked; `nothing`: text only. */
  readonly checked: 'tests' | 'examples' | 'load' | 'nothing';
  readonly cost: Cost;
  /** What broke, where the reason for stopping is `fault`. */
  readonly fault: { readonly kind: string; readonly message: string } | null;
}

/** What attempts cost together. */
export function costOf(attempts: readonly Pick<Attempt, 'completions' | 'verdict'>[]): Cost {
  const completions = attempts.flatMap((attempt) => attempt.completions);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    calls: completions.length,
    promptTokens: sum(completions.map(({ usage }) => usage?.promptTokens ?? 0)),
    completionTokens: sum(completions.map(({ usage }) => usage?.completionTokens ?? 0)),
    seconds: sum(completions.map(({ seconds }) => seconds)) + sum(attempts.map(({ verdict }) => verdict?.seconds ?? 0)),
  };
}

/** What broke: `model: REASON`, `sandbox`, `unsupported` where another sandbox would have given a verdict, or `internal`. */
export function faultKind(fault: Fault): string {
  if (fault instanceof ModelFault) return `model: ${fault.reason}`;
  if (fault instanceof InternalFault) return 'internal';
  return fault instanceof UnsupportedFault ? 'unsupported' : 'sandbox';
}
