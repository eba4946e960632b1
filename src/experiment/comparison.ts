import { holm } from '../statistics/holm.ts';
import { differenceInterval, type Interval } from '../statistics/interval.ts';
import { signFlipTest } from '../statistics/sign-flip.ts';
import { isCounted, outcomeOf, type Trial } from './trial.ts';

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
  /** P-value of the exact sign-flip test over tasks, and corrected for the number of comparisons (Holm). */
  readonly p: number;
  readonly correctedP: number;
  readonly verdict: 'better' | 'worse' | 'no difference shown';
}

const LEVEL = 0.05;

/** Every other pipeline against the first. */
export function compareWithFirst(names: readonly string[], trials: readonly Trial[]): Comparison[] {
  const [baseline = '', ...others] = names;
  return compare(
    others.map((pipeline) => ({ pipeline, baseline })),
    trials,
  );
}

/** Every pipeline against each one before it; the p-values are corrected for all of them together. */
export function compareAll(names: readonly string[], trials: readonly Trial[]): Comparison[] {
  const rivals = names.flatMap((baseline, index) => names.slice(index + 1).map((pipeline) => ({ pipeline, baseline })));
  return compare(rivals, trials);
}

type Rivals = Pick<Comparison, 'pipeline' | 'baseline'>;

function compare(rivals: readonly Rivals[], trials: readonly Trial[]): Comparison[] {
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  const tasksOf = rivals.map(({ pipeline, baseline }) =>
    pairedTasks(byPipeline.get(pipeline) ?? [], byPipeline.get(baseline) ?? []),
  );
  const values = tasksOf.map((tasks) => signFlipTest(tasks.map(({ wins }) => wins)));
  const corrected = holm(values);
  return rivals.map(({ pipeline, baseline }, index) => {
    const tasks = tasksOf[index] ?? [];
    const [p = 1, correctedP = 1] = [values[index], corrected[index]];
    const wins = tasks.reduce((sum, task) => sum + task.wins, 0);
    const pairs = tasks.reduce((sum, task) => sum + task.pairs, 0);
    return {
      pipeline,
      baseline,
      pairs,
      leftOut: (byPipeline.get(pipeline) ?? []).length - pairs,
      // Each task by its wins in as many pairs as tasks have on average: the mean is then that of all pairs, as in the test.
      difference: differenceInterval(tasks.map((task) => (task.wins * tasks.length) / pairs)),
      p,
      correctedP,
      verdict: correctedP > LEVEL ? 'no difference shown' : wins > 0 ? 'better' : 'worse',
    };
  });
}

interface PairedTask {
  readonly pairs: number;
  /** Passes of the pipeline less those of the baseline. */
  readonly wins: number;
}

function pairedTasks(trials: readonly Trial[], baseline: readonly Trial[]): PairedTask[] {
  const key = ({ trace }: Trial) => JSON.stringify([trace.taskId, trace.repeat]);
  const rivals = new Map(baseline.filter(isCounted).map((trial) => [key(trial), trial]));
  const pairs = trials.filter(isCounted).flatMap((trial) => {
    const rival = rivals.get(key(trial));
    return rival === undefined ? [] : [{ taskId: trial.trace.taskId, win: passes(trial) - passes(rival) }];
  });
  return [...Map.groupBy(pairs, ({ taskId }) => taskId).values()].map((own) => ({
    pairs: own.length,
    wins: own.reduce((sum, { win }) => sum + win, 0),
  }));
}

function passes(trial: Trial): number {
  return Number(outcomeOf(trial) === 'passed');
}
