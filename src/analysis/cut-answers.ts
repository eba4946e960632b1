import type { TrialFacts } from '../runs/trial-facts.ts';
import { type Rate, rateOf } from '../statistics/rate.ts';
import { groupByTask } from './by-task.ts';

/** Of all answers of one pipeline, how many were ended because their program was complete. */
export interface CutAnswers {
  readonly pipeline: string;
  readonly cut: Rate;
}

/** Counts the answers that were ended early. */
export function cutAnswers(pipeline: string, trials: readonly TrialFacts[]): CutAnswers {
  const tasks = [...groupByTask(trials).values()];
  const cut = rateOf(
    tasks.map((own) => ({
      of: own.reduce((sum, { cost }) => sum + cost.calls, 0),
      hits: own.reduce((sum, trial) => sum + trial.cut, 0),
    })),
  );
  return { pipeline, cut };
}
