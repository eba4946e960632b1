import { chosenAttempt } from '../pipeline/trace.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import type { ReadableRun } from './read-run.ts';
import { outcomeOf, type Trial } from './trial.ts';

type Status = 'pass' | 'fail' | 'timeout';

interface EvalPlusRow {
  readonly task_id: string;
  readonly solution: string;
  readonly base_status: Status;
  /** Null where the plus tests did not run: there are none, or the base tests failed already. */
  readonly plus_status: Status | null;
  /** EvalPlus lists inputs here; which ones failed is known to greenloop as text alone. */
  readonly base_fail_tests: readonly [];
  readonly plus_fail_tests: readonly [];
}

/** What EvalPlus writes as `*_eval_results.json`: by task, every repeat of one pipeline. */
export interface EvalPlusResults {
  /** `2026-11-25 22:33`, UTC. */
  readonly date: string;
  /** The benchmark's hash, as greenloop makes it. */
  readonly hash: string;
  readonly eval: Readonly<Record<string, readonly EvalPlusRow[]>>;
}

/** Trials of one pipeline as EvalPlus has its results; those that broke have no place in them. */
export function evalPlusResults(
  { started, plan }: Pick<ReadableRun, 'started' | 'plan'>,
  trials: readonly Trial[],
): EvalPlusResults {
  return {
    date: started.slice(0, 16).replace('T', ' '),
    hash: plan.benchmark.sha256,
    eval: Object.fromEntries(Map.groupBy(trials.flatMap(evalPlusRow), ({ task_id }) => task_id)),
  };
}

function evalPlusRow(trial: Trial): EvalPlusRow[] {
  const attempt = chosenAttempt(trial.trace.attempts);
  const grade = trial.grades[attempt?.index ?? 0];
  if (outcomeOf(trial) === 'fault' || attempt === null || grade === undefined) return [];
  return [
    {
      task_id: trial.trace.taskId,
      solution: attempt.code,
      base_status: statusOf(grade.base),
      plus_status: grade.plus && statusOf(grade.plus),
      base_fail_tests: [],
      plus_fail_tests: [],
    },
  ];
}

function statusOf({ kind }: Verdict): Status {
  if (kind === 'timed-out') return 'timeout';
  return kind === 'passed' ? 'pass' : 'fail';
}
