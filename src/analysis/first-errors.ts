import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { answerOf, isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { type Rate, rateOf } from '../statistics/rate.ts';
import { casesByTask } from './by-task.ts';
import { isRuntimeError } from './error-kinds.ts';

/** What became of drafts that failed in one way. */
export interface FirstErrorLine {
  /** An error's type; null for a group. */
  readonly error: string | null;
  readonly group: 'all' | 'runtime errors' | null;
  readonly drafts: number;
  /** Those that passed in the end; null where no stage could repair them. */
  readonly fixed: Rate | null;
  readonly sameError: number;
  readonly otherError: number;
  /** Those that passed what they saw in the end, and fail what they did not see. */
  readonly failsHidden: number;
  /** Those that outgrew the context. */
  readonly overflows: number;
  /** The errors at the end, the most frequent first. */
  readonly finalErrors: readonly ErrorCount[];
}

export interface ErrorCount {
  readonly error: string;
  readonly trials: number;
}

/** The failed drafts of one pipeline. */
export interface FirstErrors {
  readonly pipeline: string;
  readonly drafts: number;
  /** All, the runtime errors together, then each type, the most frequent first. */
  readonly lines: readonly FirstErrorLine[];
}

/** The paper's table of errors: first error, and what it came to. */
export function firstErrorsOf(spec: PipelineSpec, all: readonly TrialFacts[]): FirstErrors {
  const trials = all.filter((trial) => trial.isCounted && trial.attempts.length > 0);
  const line = (error: string | null, group: FirstErrorLine['group'], isCase: (error: string) => boolean) =>
    lineOf(trials, spec, { error, group, isCase });
  const types = tallyErrors(trials.map(firstError)).map(({ error }) => error);
  if (types.length === 0) return { pipeline: spec.name, drafts: trials.length, lines: [] };
  return {
    pipeline: spec.name,
    drafts: trials.length,
    lines: [
      line(null, 'all', () => true),
      ...(types.some(isRuntimeError) ? [line(null, 'runtime errors', isRuntimeError)] : []),
      ...types.map((type) => line(type, null, (error) => error === type)),
    ],
  };
}

/** What the draft showed on the checks of the feedback, or where nothing was run on the grading tests; null of a pass. */
export function firstError(trial: TrialFacts): string | null {
  return trial.attempts[0]?.error ?? null;
}

/** Errors by how often they come, the most frequent first; null is none. */
export function tallyErrors(errors: readonly (string | null)[]): ErrorCount[] {
  const groups = Map.groupBy(
    errors.filter((error) => error !== null),
    (error) => error,
  );
  return [...groups].map(([error, own]) => ({ error, trials: own.length })).sort((a, b) => b.trials - a.trials);
}

interface Case {
  readonly error: string | null;
  readonly group: FirstErrorLine['group'];
  readonly isCase: (error: string) => boolean;
}

function lineOf(trials: readonly TrialFacts[], spec: PipelineSpec, { error, group, isCase }: Case): FirstErrorLine {
  const has = (trial: TrialFacts) => {
    const first = firstError(trial);
    return first !== null && isCase(first);
  };
  const cases = trials.filter(has);
  const failed = cases.filter((trial) => trial.outcome === 'not-passed');
  const finals = failed.map((trial) => ({
    first: firstError(trial),
    last: answerOf(trial)?.error ?? null,
  }));
  return {
    error,
    group,
    drafts: cases.length,
    fixed: spec.stages.length === 0 ? null : rateOf(casesByTask(trials, has, isPassed)),
    sameError: finals.filter(({ first, last }) => last === first).length,
    otherError: finals.filter(({ first, last }) => last !== null && last !== first).length,
    failsHidden: finals.filter(({ last }) => last === null).length,
    overflows: cases.filter((trial) => trial.outcome === 'fault').length,
    finalErrors: tallyErrors(finals.map(({ last }) => last)),
  };
}
