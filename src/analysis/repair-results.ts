import type { RepairName } from '../pipeline/repair.ts';
import { chosenIndex } from '../pipeline/trace.ts';
import type { RepairEffect } from '../runs/trial.ts';
import type { TrialFacts } from '../runs/trial-facts.ts';
import { differenceInterval } from '../statistics/difference.ts';
import type { Interval } from '../statistics/interval.ts';
import { sumsByTask } from './by-task.ts';
import { type RepairTally, tallyRepairs } from './summary.ts';

/** What one static repair did for one pipeline. */
export interface RepairResult extends RepairTally {
  readonly pipeline: string;
  readonly repair: RepairName;
  /** Gained less lost among the answers, as a share of the trials. */
  readonly net: Interval | null;
  readonly gainedTasks: readonly string[];
  readonly lostTasks: readonly string[];
}

/** Every repair that changed an attempt. */
export function repairResults(pipeline: string, trials: readonly TrialFacts[]): RepairResult[] {
  const counted = trials.filter(({ isCounted }) => isCounted);
  return Object.entries(tallyRepairs(trials)).map(([name, tally]) => {
    const repair = name as RepairName;
    const tasks = (effect: RepairEffect['effect']) => tasksWith(trials, { name: repair, effect });
    return {
      pipeline,
      repair,
      ...tally,
      net: differenceInterval(sumsByTask(counted, (trial) => effectOnAnswer(trial, repair))),
      gainedTasks: tasks('gained'),
      lostTasks: tasks('lost'),
    };
  });
}

function tasksWith(trials: readonly TrialFacts[], { name, effect }: RepairEffect): string[] {
  const has = (trial: TrialFacts) => trial.repairEffects.some((own) => own.name === name && own.effect === effect);
  return [...new Set(trials.filter(has).map(({ taskId }) => taskId))];
}

/** 1 where the answer passes thanks to the repair, -1 where it fails because of it. */
function effectOnAnswer({ fault, attempts, repairEffects }: TrialFacts, repair: RepairName): number {
  const answer = chosenIndex(attempts);
  if (fault !== null || answer === null) return 0;
  // Effects come attempt by attempt, each repair of an attempt once.
  const start = attempts.slice(0, answer).reduce((sum, { repairs }) => sum + repairs.length, 0);
  const own = repairEffects.slice(start, start + (attempts[answer]?.repairs.length ?? 0));
  const effect = own.find(({ name }) => name === repair)?.effect;
  return Number(effect === 'gained') - Number(effect === 'lost');
}
