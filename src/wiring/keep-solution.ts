import { summarizeRun } from '../analysis/summarize-run.ts';
import type { Plan } from '../runs/plan.ts';
import { Run } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Trial } from '../runs/trial.ts';
import type { Task } from '../tasks/task.ts';

/** Keeps one trial as a run of its own, which `plan` is that of; gives back the id. */
export async function keepSolution(store: RunStore, plan: Plan, task: Task, trial: Trial): Promise<string | null> {
  const run = await Run.begin(plan, [task], { store, isFresh: true });
  await run.append(trial);
  await run.finish('complete', summarizeRun(run, { isComplete: true, seconds: trial.trace.cost.seconds }));
  return run.id;
}
