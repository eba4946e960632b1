import { mean } from '../../statistics/describe.ts';
import { studentQuantile } from '../../statistics/interval.ts';
import type { Winner } from '../racing/report-trials.ts';
import type { RecordedTrial, SearchRecord } from '../racing/search-record.ts';
import type { Estimate } from '../strategy.ts';

/** What was believed of the winner before the trials of its report. */
export interface Believed {
  /** Chance of each task of the report, in the order of its tasks. */
  readonly chances: readonly number[];
  /** Variance of one draw of a task, mean over the tasks. */
  readonly drawVariance: number;
}

/**
 * The winner's share of the tasks of its report (difference estimator, Cochran 1977, section 7): what was believed of all these tasks, put right
 * by how much its trials surprised. It is unbiased whatever was believed, as no choice was made with these trials. The better the
 * belief, the narrower the interval, which is for these tasks alone: what the tasks differ by beyond the belief counts only while some of
 * them are left out. `estimate` where there is no trial yet.
 */
export function reportedEstimate(
  estimate: Estimate,
  { trials }: SearchRecord,
  { tasks, from }: Winner,
  { chances, drawVariance }: Believed,
): Estimate {
  const places = new Map(tasks.map((task, place) => [task, place]));
  const own = trials.slice(from);
  const surprises = own.map(({ task, solved }) => Number(solved) - (chances[places.get(task) ?? 0] ?? 0));
  const surprise = mean(surprises);
  if (surprise === null) return estimate;
  const count = surprises.length;
  const limited = (share: number) => Math.min(1, Math.max(0, share));
  const solved = limited((mean(chances) ?? 0) + surprise);
  // One more surprise, of a coin as mixed as the tasks, so that trials that all agree leave a width.
  const squares = surprises.reduce((sum, value) => sum + (value - surprise) ** 2, solved * (1 - solved));
  const variance = squares / count;
  const ofDraws = Math.min(variance, drawVarianceOf(own, (drawVariance + variance) / 2));
  const leftOut = Math.max(0, 1 - count / tasks.length);
  const degrees = Math.max(1, count - 1);
  const margin = studentQuantile(degrees) * Math.sqrt((ofDraws + leftOut * (variance - ofDraws)) / degrees);
  return { ...estimate, solved, low: limited(solved - margin), high: limited(solved + margin), trials: count };
}

/** Draws that a first guess of their variance weighs as much as. */
const GUESS_WEIGHT = 20;

/** The variance of draws of one task: a guess, put right by tasks that were drawn more than once. */
function drawVarianceOf(trials: readonly RecordedTrial[], guess: number): number {
  let [squares, degrees] = [GUESS_WEIGHT * guess, GUESS_WEIGHT];
  for (const draws of Map.groupBy(trials, ({ task }) => task).values()) {
    const share = draws.filter(({ solved }) => solved).length / draws.length;
    squares += draws.length * share * (1 - share);
    degrees += draws.length - 1;
  }
  return squares / degrees;
}
