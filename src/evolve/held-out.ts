import { type Comparison, compareWithFirst } from '../analysis/comparison.ts';
import { type PipelineSummary, summarizePipeline } from '../analysis/summary.ts';
import type { Experiment } from '../runs/experiment.ts';
import { runTrials } from '../runs/run-trials.ts';
import { factsOf, type TrialFacts } from '../runs/trial-facts.ts';
import { refuseFault } from './arena.ts';

/** What pipelines solve of tasks that no search has seen. */
export interface HeldOut {
  readonly tasks: number;
  readonly repeats: number;
  readonly pipelines: readonly PipelineSummary[];
  /** Every other pipeline against the first. */
  readonly comparisons: readonly Comparison[];
}

/** Measures pipelines on the tasks at these places of the benchmark; throws where something broke, as half a result would flatter. */
export async function measureHeldOut(
  experiment: Experiment,
  places: readonly number[],
  { remedy, onTrial }: { readonly remedy: string; readonly onTrial: () => void },
): Promise<HeldOut> {
  const tasks = places.flatMap((place) => experiment.benchmark.tasks[place] ?? []);
  const benchmark = { ...experiment.benchmark, tasks };
  const trials: TrialFacts[] = [];
  await runTrials({ ...experiment, benchmark }, (trial) => {
    refuseFault(trial, remedy);
    trials.push(factsOf(trial));
    onTrial();
  });
  const { pipelines, repeats } = experiment;
  const size = { repeats, tasks: tasks.length };
  return {
    ...size,
    pipelines: pipelines.map((spec) => summarizePipeline(spec, trials, size)),
    comparisons: compareWithFirst(
      pipelines.map(({ name }) => name),
      trials,
    ),
  };
}
