import type { RepairName } from '../pipeline/repair.ts';
import { importedPipeline, importedTrials } from '../runs/imported-run.ts';
import { type PlanServices, planRun } from '../runs/plan.ts';
import { Run } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Sample } from '../runs/score-samples.ts';
import type { JudgedSamples } from '../runs/score-summary.ts';
import { summarizeRun } from './summarize-run.ts';
import type { Summary } from './summary.ts';

/** Where samples come from, and how they were judged. */
export interface SampleSource {
  /** Of the pipeline that they stand for. */
  readonly name: string;
  /** Tells these samples from others, such as a hash of their file. */
  readonly identity: string;
  /** Repairs that were made before they were judged. */
  readonly repair: readonly RepairName[];
  readonly timeoutSeconds: number;
  readonly sandbox: PlanServices['sandbox'];
}

/** Stores judged samples as a run of one pipeline, in the place of an earlier run of the same samples; `stopped` where some were not judged. */
export async function storeSamples(judged: JudgedSamples, source: SampleSource, store: RunStore): Promise<Summary> {
  const { benchmark, samples, scored, seconds } = judged;
  const { name, identity, repair, timeoutSeconds, sandbox } = source;
  const plan = await planRun(
    { pipelines: [importedPipeline(name, repair)], repeats: mostOfATask(samples), seed: 0, timeoutSeconds },
    { benchmark, sandbox, model: (model) => ({ name: model, identity: async () => identity }) },
  );
  const run = await Run.begin(plan, benchmark.tasks, { store, isFresh: true });
  for (const trial of importedTrials(name, scored)) await run.append(trial);
  const isComplete = scored.length === samples.length;
  const summary = summarizeRun(run, { isComplete, seconds }, { checked: judged });
  await run.finish(isComplete ? 'complete' : 'stopped', summary);
  return summary;
}

/** How many samples the task has that has the most. */
function mostOfATask(samples: readonly Sample[]): number {
  return Math.max(...[...Map.groupBy(samples, ({ task }) => task).values()].map(({ length }) => length));
}
