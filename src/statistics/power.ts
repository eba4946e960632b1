import { mean, standardDeviation } from './describe.ts';
import { standardError, studentQuantile } from './interval.ts';

/** 80 % quantile of the normal distribution: a difference found in 80 of 100 experiments. */
const FOUND = 0.841_621_233_572_914_3;

/** With fewer tasks not even all of them together make the sign-flip test say that there is a difference. */
const FEWEST_TASKS = 6;
/** What sums of equal values may differ by. */
export const ROUNDING = 1e-9;

/**
 * The smallest true difference that an experiment like this one finds at the 5 % level in 80 of 100 cases; null where the tasks are too
 * few to find any, or do not differ, so that nothing is known of how much they do.
 */
export function smallestDifference(differences: readonly number[]): number | null {
  const error = standardError(differences);
  return error === null || error < ROUNDING || differences.length < FEWEST_TASKS
    ? null
    : (studentQuantile(differences.length - 1) + FOUND) * error;
}

/** How many repeats show a difference; `more tasks` where no number of them does on these. */
export type RepeatsNeeded = number | 'more tasks';

/**
 * With how many repeats 80 of 100 such experiments would show the mean difference that was seen, given one list of differences a
 * task, one a repeat. What tasks differ by in themselves, no repeat takes away. Null where repeats or tasks are fewer than two, or where
 * there is no difference; `more tasks` too where they are too few for any.
 */
export function repeatsToShow(draws: readonly (readonly number[])[]): RepeatsNeeded | null {
  const means = draws.map((own) => mean(own) ?? 0);
  const [seen, deviation] = [mean(means), standardDeviation(means)];
  if (seen === null || seen === 0 || deviation === null || draws.some(({ length }) => length < 2)) return null;
  if (draws.length < FEWEST_TASKS) return 'more tasks';
  const within = draws.map((own) => (standardDeviation(own) ?? 0) ** 2);
  const ofDraws = mean(within) ?? 0;
  const ofMeans = mean(within.map((variance, index) => variance / (draws[index]?.length ?? 1))) ?? 0;
  const ofTasks = Math.max(0, deviation ** 2 - ofMeans);
  const room = draws.length * (seen / (studentQuantile(draws.length - 1) + FOUND)) ** 2 - ofTasks;
  return room <= 0 ? 'more tasks' : Math.max(1, Math.ceil(ofDraws / room));
}
