import type { Result } from '../runs/results/result.ts';
import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { standardDeviation } from '../statistics/describe.ts';
import { differenceInterval } from '../statistics/difference.ts';
import { holm } from '../statistics/holm.ts';
import type { Interval } from '../statistics/interval.ts';
import { type RepeatsNeeded, ROUNDING, repeatsNeeded, smallestDifference } from '../statistics/power.ts';
import { type Cases, linearized } from '../statistics/rate.ts';
import { signFlipTest } from '../statistics/sign-flip.ts';

/** A difference of two shares of passed trials, and what the exact sign-flip test says of it. */
export interface TestedDifference {
  /** How much more of the trials passed. Its interval leaves 0 out exactly where `p` is at most 0.05; null of fewer than two tasks. */
  readonly difference: Interval | null;
  /** P-value of the test, and corrected for the number of comparisons (Holm). */
  readonly p: number;
  readonly correctedP: number;
  /** By the corrected p-value. */
  readonly verdict: 'better' | 'worse' | 'no difference shown';
  /**
   * Where no difference is shown: the smallest one that a run like this shows in 80 of 100 cases, before correction; null where tasks are too
   * few, and of comparisons that are not with the first pipeline.
   */
  readonly smallestShown: number | null;
}

/**
 * One pipeline against another on the same tasks and repeats, tested over tasks. What broke in one of them is left out of both, except a
 * conversation that outgrew the context: that is the pipeline's own doing, and no pass.
 */
export interface Comparison extends TestedDifference {
  readonly pipeline: string;
  /** The pipeline that it is compared with. */
  readonly baseline: string;
  /** Pairs of trials that both count, and those that were left out. */
  readonly pairs: number;
  readonly leftOut: number;
  /** The same difference tested over pairs, for this benchmark alone, where only the draws vary; null where a task has fewer than two pairs. */
  readonly here: TestedDifference | null;
  /** The mean of the tasks' differences in units of their standard deviation; null where they do not differ. */
  readonly effect: number | null;
  /** With how many repeats a difference within the interval would be shown in 80 of 100 cases; null of single repeats. */
  readonly repeatsNeeded: RepeatsNeeded | null;
}

const LEVEL = 0.05;

/** Every other pipeline against the first. */
export function compareWithFirst(names: readonly string[], trials: readonly Result[]): Comparison[] {
  const [baseline = '', ...others] = names;
  return compare(
    others.map((pipeline) => ({ pipeline, baseline })),
    trials,
    smallestDifference,
  );
}

/** Every pipeline against each one before it; the p-values are corrected for all of them together. */
export function compareAll(names: readonly string[], trials: readonly TrialFacts[]): Comparison[] {
  const rivals = names.flatMap((baseline, index) => names.slice(index + 1).map((pipeline) => ({ pipeline, baseline })));
  return compare(rivals, trials, null);
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
    null,
  );
}

/** The name of a pipeline's other side in a comparison with itself. */
export function again(pipeline: string): string {
  return `${pipeline} again`;
}

type Rivals = Pick<Comparison, 'pipeline' | 'baseline'>;

/** Finds the smallest difference that such tasks show; null where nobody asks for it, as it takes long. */
type Power = typeof smallestDifference | null;

function compare(rivals: readonly Rivals[], trials: readonly Result[], power: Power): Comparison[] {
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  const trialsOf = (name: string) => byPipeline.get(name) ?? [];
  const tasksOf = rivals.map(({ pipeline, baseline }) => pairedTasks(trialsOf(pipeline), trialsOf(baseline)));
  const overTasks = testDifferences(tasksOf, power);
  const overPairs = testDifferences(
    tasksOf.map((tasks) => tasks.flat().map((win) => [win])),
    power,
  );
  return tasksOf.map((tasks, index) => {
    const { pipeline, baseline } = rivals[index] as Rivals;
    const tested = overTasks[index] as TestedDifference;
    return {
      pipeline,
      baseline,
      pairs: tasks.flat().length,
      leftOut: trialsOf(pipeline).length - tasks.flat().length,
      ...tested,
      here: tasks.length === 0 || tasks.some(({ length }) => length < 2) ? null : (overPairs[index] ?? null),
      effect: effectOf(tasks),
      repeatsNeeded: tested.difference && repeatsNeeded(tasks, tested.difference),
    };
  });
}

/** Of each comparison, the wins of its tasks, or each pair's alone. */
function testDifferences(winsOf: readonly (readonly (readonly number[])[])[], power: Power): TestedDifference[] {
  const comparisons = winsOf.map((units) => units.map((own): Cases => ({ of: own.length, hits: sum(own) })));
  const values = comparisons.map((cases) => signFlipTest(cases.map(({ hits }) => hits)));
  const corrected = holm(values);
  return comparisons.map((cases, index) => {
    const [p = 1, correctedP = 1] = [values[index], corrected[index]];
    const wins = sum(cases.map(({ hits }) => hits));
    const verdict = correctedP > LEVEL ? 'no difference shown' : wins > 0 ? 'better' : 'worse';
    const isShown = verdict !== 'no difference shown';
    const smallestShown = isShown || power === null ? null : power(winsOf[index] ?? []);
    return { difference: differenceInterval(cases), p, correctedP, verdict, smallestShown };
  });
}

function effectOf(tasks: readonly (readonly number[])[]): number | null {
  const rate = sum(tasks.map(sum)) / tasks.flat().length;
  // The mean is that of all pairs, as in the test.
  const differences = linearized(tasks.map((task) => ({ of: task.length, hits: sum(task) })));
  const deviation = standardDeviation(differences) ?? 0;
  return deviation > ROUNDING ? rate / deviation : null;
}

/** Of each task, one number a pair: 1 where the pipeline alone passes, -1 where the baseline alone does. */
function pairedTasks(trials: readonly Result[], baseline: readonly Result[]): number[][] {
  const pairs = pairsOf(trials, baseline).map(({ trial, rival }) => ({
    taskId: trial.taskId,
    win: Number(isPassed(trial)) - Number(isPassed(rival)),
  }));
  return [...Map.groupBy(pairs, ({ taskId }) => taskId).values()].map((own) => own.map(({ win }) => win));
}

/** Each trial with that of the baseline on the same task and repeat, where both count. */
export function pairsOf(trials: readonly Result[], baseline: readonly Result[]) {
  const key = ({ taskId, repeat }: Result) => JSON.stringify([taskId, repeat]);
  const rivals = new Map(baseline.filter(({ isCounted }) => isCounted).map((trial) => [key(trial), trial]));
  return trials.flatMap((trial) => {
    const rival = trial.isCounted ? rivals.get(key(trial)) : undefined;
    return rival === undefined ? [] : [{ trial, rival }];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
