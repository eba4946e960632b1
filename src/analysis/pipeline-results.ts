import type { FeedbackSource, PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { isFalsePass, isPassed, isSeenPass, type TrialFacts } from '../runs/trial-facts.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { mean } from '../statistics/describe.ts';
import { type Interval, shareInterval } from '../statistics/interval.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import { type Rate, rateOf } from '../statistics/rate.ts';
import { casesByTask, groupByTask } from './by-task.ts';
import { countSolved, type RunSize, type Solved } from './summary.ts';

/** The chance that one of k draws passes, averaged over tasks. */
export interface PassAtK {
  readonly k: number;
  /** Over the tasks of which a trial counts; null where one of them has fewer than k of them: others would stand for it. */
  readonly mean: number | null;
  /** Over tasks; null too of fewer than two. */
  readonly interval: Interval | null;
}

/** One line of the main table. */
export interface PipelineResult {
  readonly pipeline: string;
  readonly feedback: FeedbackSource;
  readonly trials: number;
  /** What broke; of these, those that outgrew the context count as no pass, the others not at all. */
  readonly faults: number;
  readonly overflows: number;
  readonly solved: Solved;
  /** For k = 1, 2, ... up to the repeats. */
  readonly passAtK: readonly PassAtK[];
  /** pass@1 with an interval that assumes nothing of how tasks differ: by drawing tasks anew; null of fewer than two. */
  readonly bootstrap: Interval | null;
  /** How many tasks were solved in 0, 1, ... of all repeats; `leftOut` have a trial that does not count. */
  readonly consistency: { readonly tasks: readonly number[]; readonly leftOut: number };
  /** Of the trials that passed the checks that they saw, those that fail what they did not see. */
  readonly falsePasses: Rate;
  /** Trials that had nothing to check but that the code loads. */
  readonly unchecked: number;
}

/** What the trials of one pipeline come to. */
export function pipelineResult(spec: PipelineSpec, trials: readonly TrialFacts[], size: RunSize): PipelineResult {
  const counted = trials.filter(({ isCounted }) => isCounted);
  const faults = trials.filter(({ outcome }) => outcome === 'fault');
  const ks = Array.from({ length: size.repeats }, (_, index) => index + 1);
  return {
    pipeline: spec.name,
    feedback: spec.feedback.source,
    trials: trials.length,
    faults: faults.length,
    overflows: faults.filter(({ isCounted }) => isCounted).length,
    solved: countSolved(trials, size),
    passAtK: ks.map((k) => passAtKOf(counted, k)),
    bootstrap: bootstrapInterval(passShares(counted)),
    consistency: consistencyOf(counted, size),
    falsePasses: rateOf(casesByTask(counted, isSeenPass, isFalsePass)),
    unchecked: trials.filter(({ checked }) => checked === 'load').length,
  };
}

/** Of each task, the share of its trials that passed. */
function passShares(trials: readonly TrialFacts[]): number[] {
  return [...groupByTask(trials).values()].map((own) => own.filter(isPassed).length / own.length);
}

/** Over the tasks of which a trial counts: what broke is told beside, and in no rate. */
function passAtKOf(trials: readonly TrialFacts[], k: number): PassAtK {
  const tasks = [...groupByTask(trials).values()];
  const estimates = tasks.map((own) => passAtK(own.length, own.filter(isPassed).length, k));
  const known = estimates.filter((estimate) => estimate !== null);
  if (known.length < tasks.length) return { k, mean: null, interval: null };
  return { k, mean: mean(known), interval: shareInterval(known) };
}

function consistencyOf(trials: readonly TrialFacts[], { repeats, tasks }: RunSize): PipelineResult['consistency'] {
  const whole = [...groupByTask(trials).values()].filter((own) => own.length === repeats);
  const counts = Array.from({ length: repeats + 1 }, () => 0);
  for (const own of whole) {
    const passed = own.filter(isPassed).length;
    counts[passed] = (counts[passed] ?? 0) + 1;
  }
  return { tasks: counts, leftOut: tasks - whole.length };
}
