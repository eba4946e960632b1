import type { Result } from '../runs/results/result.ts';
import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { standardDeviation } from '../statistics/describe.ts';
import { holm } from '../statistics/holm.ts';
import { differenceInterval, drawsInterval, type Interval } from '../statistics/interval.ts';
import { type RepeatsNeeded, ROUNDING, repeatsToShow, smallestDifference } from '../statistics/power.ts';
import { linearized } from '../statistics/rate.ts';
import { signFlipTest } from '../statistics/sign-flip.ts';

/**
 * One pipeline against another on the same tasks and repeats. What broke in one of them is left out of both, except a conversation
 * that outgrew the context: that is the pipeline's own doing, and no pass.
 */
export interface Comparison {
  readonly pipeline: string;
  /** The pipeline that it is compared with. */
  readonly baseline: string;
  /** Pairs of trials that both count, and those that were left out. */
  readonly pairs: number;
  readonly leftOut: number;
  /** How much more of the trials passed, with the interval over tasks; null of fewer than two tasks. */
  readonly difference: Interval | null;
  /** The same where only the draws vary, for this benchmark alone; null where a task has fewer than two pairs. */
  readonly differenceHere: Interval | null;
  /** The mean of the tasks' differences in units of their standard deviation; null where they do not differ. */
  readonly effect: number | null;
  /** The smallest difference that a run like this shows in 80 of 100 cases, before correction. */
  readonly smallestShown: number | null;
  /** With how many repeats the difference seen would be shown as surely. */
  readonly repeatsNeeded: RepeatsNeeded | null;
  /** P-value of the exact sign-flip test over tasks, and corrected for the number of comparisons (Holm). */
  readonly p: number;
  readonly correctedP: number;
  readonly verdict: 'better' | 'worse' | 'no difference shown';
}

const LEVEL = 0.05;

/** Every other pipeline against the first. */
export function compareWithFirst(names: readonly string[], trials: readonly Result[]): Comparison[] {
  const [baseline = '', ...others] = names;
  return compare(
    others.map((pipeline) => ({ pipeline, baseline })),
    trials,
  );
}

/** Every pipeline against each one before it; the p-values are corrected for all of them together. */
export function compareAll(names: readonly string[], trials: readonly TrialFacts[]): Comparison[] {
  const rivals = names.flatMap((baseline, index) => names.slice(index + 1).map((pipeline) => ({ pipeline, baseline })));
  return compare(rivals, trials);
}

/**
 * Each pipeline against itself (A/A): the draws from `repeats` on against as many before. Nothing differs, so of a hundred such
 * comparisons about five at most may say `better` or `worse`.
 */
export function compareWithItself(
  names: readonly string[],
  trials: readonly TrialFacts[],
  repeats: number,
): Comparison[] {
  const twice = trials.map((trial) =>
    trial.repeat < repeats ? trial : { ...trial, pipeline: again(trial.pipeline), repeat: trial.repeat - repeats },
  );
  return compare(
    names.map((baseline) => ({ pipeline: again(baseline), baseline })),
    twice,
  );
}

/** The name of a pipeline's other side in a comparison with itself. */
export function again(pipeline: string): string {
  return `${pipeline} again`;
}

type Rivals = Pick<Comparison, 'pipeline' | 'baseline'>;

function compare(rivals: readonly Rivals[], trials: readonly Result[]): Comparison[] {
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  const trialsOf = (name: string) => byPipeline.get(name) ?? [];
  const tasksOf = rivals.map(({ pipeline, baseline }) => pairedTasks(trialsOf(pipeline), trialsOf(baseline)));
  const values = tasksOf.map((tasks) => signFlipTest(tasks.map(sum)));
  const corrected = holm(values);
  return rivals.map(({ pipeline, baseline }, index) => {
    const [tasks = [], p = 1, correctedP = 1] = [tasksOf[index], values[index], corrected[index]];
    const wins = sum(tasks.map(sum));
    return {
      pipeline,
      baseline,
      pairs: tasks.flat().length,
      leftOut: trialsOf(pipeline).length - tasks.flat().length,
      ...sizesOf(tasks),
      p,
      correctedP,
      verdict: correctedP > LEVEL ? 'no difference shown' : wins > 0 ? 'better' : 'worse',
    };
  });
}

function sizesOf(tasks: readonly (readonly number[])[]) {
  const rate = sum(tasks.map(sum)) / tasks.flat().length;
  // The mean is that of all pairs, as in the test.
  const differences = linearized(tasks.map((task) => ({ of: task.length, hits: sum(task) })));
  const deviation = standardDeviation(differences) ?? 0;
  return {
    difference: differenceInterval(differences),
    differenceHere: drawsInterval(tasks, -1),
    effect: deviation > ROUNDING ? rate / deviation : null,
    smallestShown: smallestDifference(differences),
    repeatsNeeded: repeatsToShow(tasks),
  };
}

/** Of each task, one number a pair: 1 where the pipeline alone passes, -1 where the baseline alone does. */
function pairedTasks(trials: readonly Result[], baseline: readonly Result[]): number[][] {
  const key = ({ taskId, repeat }: Result) => JSON.stringify([taskId, repeat]);
  const rivals = new Map(baseline.filter(({ isCounted }) => isCounted).map((trial) => [key(trial), trial]));
  const pairs = trials
    .filter(({ isCounted }) => isCounted)
    .flatMap((trial) => {
      const rival = rivals.get(key(trial));
      return rival === undefined
        ? []
        : [{ taskId: trial.taskId, win: Number(isPassed(trial)) - Number(isPassed(rival)) }];
    });
  return [...Map.groupBy(pairs, ({ taskId }) => taskId).values()].map((own) => own.map(({ win }) => win));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
