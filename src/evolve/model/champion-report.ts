import { mean } from '../../statistics/describe.ts';
import { studentQuantile } from '../../statistics/interval.ts';
import type { Winner } from '../racing/report-trials.ts';
import type { SearchRecord } from '../racing/search-record.ts';
import type { Estimate } from '../strategy.ts';

/** What was believed of the winner before the trials of its report: the chance of each task of it. */
export type Believed = readonly number[];

/**
 * The winner's share of the tasks of its report (difference estimator, Cochran 1977, section 7): what was believed of all these tasks, put right
 * by how much its trials surprised. It is unbiased whatever was believed, as no choice was made with these trials, and the
 * better the belief, the narrower the interval, which is for these tasks alone. `believed` where there is no trial yet.
 */
export function reportedEstimate(
  believed: Estimate,
  { trials }: SearchRecord,
  { tasks, from }: Winner,
  chances: Believed,
): Estimate {
  const places = new Map(tasks.map((task, place) => [task, place]));
  const surprises = trials
    .slice(from)
    .map(({ task, solved }) => Number(solved) - (chances[places.get(task) ?? 0] ?? 0));
  const surprise = mean(surprises);
  if (surprise === null) return believed;
  const count = surprises.length;
  const center = (mean(chances) ?? 0) + surprise;
  // One more surprise, of a coin as mixed as the tasks, so that trials that all agree leave a width.
  const level = Math.min(1, Math.max(0, center));
  const squares = surprises.reduce((sum, value) => sum + (value - surprise) ** 2, level * (1 - level));
  const margin = studentQuantile(Math.max(1, count - 1)) * Math.sqrt(squares / count / Math.max(1, count - 1));
  const limited = (share: number) => Math.min(1, Math.max(0, share));
  return { ...believed, solved: level, low: limited(center - margin), high: limited(center + margin), trials: count };
}
