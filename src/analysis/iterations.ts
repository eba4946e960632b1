import { type FeedbackSource, isDraftStage, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { differenceInterval } from '../statistics/difference.ts';
import { type Interval, shareInterval } from '../statistics/interval.ts';
import { type Rate, rateOf } from '../statistics/rate.ts';
import { casesByTask, meansByTask, sumsByTask } from './by-task.ts';
import {
  type ForcedIteration,
  isBrokenOnce,
  isInitiallyRight,
  iterationsOf,
  netValueAt,
  type Passes,
} from './forced.ts';

/** One pipeline that stops at its first pass, after each iteration; the first line is of the draft. */
export interface StoppedIterations {
  readonly pipeline: string;
  readonly trials: number;
  readonly iterations: readonly {
    readonly solved: number;
    readonly share: Interval | null;
    /** Solved less solved at the draft, as a share of the trials. */
    readonly gain: Interval | null;
  }[];
}

/** One pipeline that goes on after a pass, because it is told to or because it never runs its code. */
export interface ForcedIterations {
  readonly pipeline: string;
  readonly feedback: FeedbackSource;
  readonly trials: number;
  readonly iterations: readonly (ForcedIteration & {
    /** Trials that pass after this iteration or an earlier one. */
    readonly everPassed: number;
    /** New fixes less regressions, as a share of the trials. */
    readonly net: Interval | null;
    /** Passes less those of the iteration before, likewise. */
    readonly raw: Interval | null;
  })[];
  /** Of all iterations after the draft together. */
  readonly net: Interval | null;
  readonly raw: Interval | null;
  /** Initially right programs that some iteration broke. */
  readonly broken: Rate;
}

/** Whether a pipeline goes on after a pass. */
export function isForced({ stop, feedback, stages }: PipelineSpec): boolean {
  return stages.length > 0 && (stop.when === 'never' || feedback.source === 'none');
}

/** Solved after 0, 1, ... iterations. */
export function stoppedIterations(spec: PipelineSpec, all: readonly TrialFacts[]): StoppedIterations {
  const trials = all.filter(({ isCounted }) => isCounted);
  const passes = passesBy(trials, spec);
  return {
    pipeline: spec.name,
    trials: trials.length,
    iterations: range(0, iterationsIn(spec)).map((at) => ({
      solved: trials.filter((trial) => passes(trial)[at]).length,
      share: shareInterval(meansByTask(trials, (trial) => Number(passes(trial)[at]))),
      gain: at === 0 ? null : differenceInterval(sumsByTask(trials, (trial) => change(passes(trial), 0, at))),
    })),
  };
}

/** What every forced iteration is worth. */
export function forcedIterations(spec: PipelineSpec, all: readonly TrialFacts[]): ForcedIterations {
  const trials = all.filter(({ isCounted }) => isCounted);
  const passes = passesBy(trials, spec);
  const last = iterationsIn(spec);
  const later = range(1, last);
  const difference = (value: (own: Passes) => number) =>
    differenceInterval(sumsByTask(trials, (trial) => value(passes(trial))));
  // A trial has as many cases as iterations: each is worth -1, 0 or 1.
  const net = differenceInterval(
    sumsByTask(trials, (trial) => later.reduce((sum, at) => sum + netValueAt(passes(trial), at), 0)).map((task) => ({
      ...task,
      of: task.of * last,
    })),
  );
  return {
    pipeline: spec.name,
    feedback: spec.feedback.source,
    trials: trials.length,
    iterations: iterationsOf(trials.map(passes), last).map((iteration, at) => ({
      ...iteration,
      everPassed: trials.filter((trial) =>
        passes(trial)
          .slice(0, at + 1)
          .includes(true),
      ).length,
      net: at === 0 ? null : difference((own) => netValueAt(own, at)),
      raw: at === 0 ? null : difference((own) => change(own, at - 1, at)),
    })),
    net: net && { mean: net.mean * last, low: net.low * last, high: net.high * last },
    raw: difference((own) => change(own, 0, last)),
    broken: rateOf(
      casesByTask(
        trials,
        (trial) => isInitiallyRight(passes(trial)),
        (trial) => isBrokenOnce(passes(trial)),
      ),
    ),
  };
}

/** Of each trial, whether its program passes after 0, 1, ... iterations; one that ended earlier keeps its last, or none if it broke. */
function passesBy(trials: readonly TrialFacts[], spec: PipelineSpec): (trial: TrialFacts) => Passes {
  const known = new Map(
    trials.map((trial) => {
      const own = trial.attempts.map(({ bestSoFar }) => trial.attempts[bestSoFar]?.grade?.passed);
      const kept = isPassed(trial);
      return [trial, range(0, iterationsIn(spec)).map((at) => own[at] ?? kept)] as const;
    }),
  );
  return (trial) => known.get(trial) ?? [];
}

/** Drafts are no iterations: their worth is in `move-values.ts`. */
function iterationsIn({ stages }: PipelineSpec): number {
  return stages.reduce((sum, stage) => sum + (isDraftStage(stage) ? 0 : stage.iterations), 0);
}

function change(passes: Passes, from: number, to: number): number {
  return Number(passes[to]) - Number(passes[from]);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
