import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { groupByTask } from './by-task.ts';
import { tallyErrors } from './first-errors.ts';

/** Tasks that no trial that counts has solved. */
export interface NeverSolved {
  readonly byPipeline: readonly {
    readonly pipeline: string;
    /** Tasks with a trial that counts. */
    readonly of: number;
    readonly tasks: readonly string[];
    /** Those of them that another pipeline solved at least once. */
    readonly solvedByOthers: number;
  }[];
  /** By none of all pipelines. */
  readonly byNone: readonly {
    readonly taskId: string;
    readonly trials: number;
    /** What the grading tests showed most often at the end. */
    readonly error: string | null;
  }[];
}

/** Looks at each pipeline by itself, and at all together. */
export function neverSolved(pipelines: readonly string[], all: readonly TrialFacts[]): NeverSolved {
  const counted = all.filter(({ isCounted }) => isCounted);
  const byNone = unsolved(counted);
  return {
    byPipeline: pipelines.map((pipeline) => {
      const own = counted.filter((trial) => trial.pipeline === pipeline);
      const tasks = [...unsolved(own).keys()];
      return {
        pipeline,
        of: groupByTask(own).size,
        tasks,
        solvedByOthers: tasks.filter((task) => !byNone.has(task)).length,
      };
    }),
    byNone: [...byNone].map(([taskId, trials]) => ({
      taskId,
      trials: trials.length,
      error: tallyErrors(trials.map(finalError))[0]?.error ?? null,
    })),
  };
}

function unsolved(trials: readonly TrialFacts[]): Map<string, TrialFacts[]> {
  const isUnsolved = (own: readonly TrialFacts[]) => !own.some(isPassed);
  return new Map([...groupByTask(trials)].filter(([, own]) => isUnsolved(own)));
}

function finalError({ attempts }: TrialFacts): string | null {
  return attempts.findLast(({ grade }) => grade !== null)?.grade?.error ?? null;
}
