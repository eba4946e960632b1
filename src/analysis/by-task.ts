import type { TrialFacts } from '../runs/trial-facts.ts';
import type { Cases } from '../statistics/rate.ts';

/** The trials of each task, in the order in which the tasks come. */
export function groupByTask(trials: readonly TrialFacts[]): Map<string, TrialFacts[]> {
  return Map.groupBy(trials, ({ taskId }) => taskId);
}

/** Of each task, the mean of a value over its trials: one number a task, as draws of one task depend on each other. */
export function meansByTask(trials: readonly TrialFacts[], value: (trial: TrialFacts) => number): number[] {
  return [...groupByTask(trials).values()].map((own) => own.reduce((sum, trial) => sum + value(trial), 0) / own.length);
}

/** Of each task, how many of its trials are cases, and how many of these hits. */
export function casesByTask(
  trials: readonly TrialFacts[],
  isCase: (trial: TrialFacts) => boolean,
  isHit: (trial: TrialFacts) => boolean,
): Cases[] {
  return [...groupByTask(trials).values()].map((own) => {
    const cases = own.filter(isCase);
    return { of: cases.length, hits: cases.filter(isHit).length };
  });
}

/** Of each task, how many of its trials there are, and the sum of a whole number over them, such as gains less losses. */
export function sumsByTask(trials: readonly TrialFacts[], value: (trial: TrialFacts) => number): Cases[] {
  return [...groupByTask(trials).values()].map((own) => ({
    of: own.length,
    hits: own.reduce((sum, trial) => sum + value(trial), 0),
  }));
}
