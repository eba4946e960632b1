import { type Comparison, compareWithFirst } from '../analysis/comparison.ts';
import { type PipelineSummary, summarizePipeline } from '../analysis/summary.ts';
import { ModelFault } from '../base/errors.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { faultKind } from '../pipeline/trace.ts';
import { type Plan, trialsOf } from '../runs/plan.ts';
import type { TrialSettings } from '../runs/run-trial.ts';
import type { RunServices } from '../runs/services.ts';
import { runTrials } from '../runs/start-run.ts';
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

/** How the measurement of held-out tasks is watched and ended. */
export interface HeldOutOptions {
  /** What to do where something broke. */
  readonly remedy: string;
  /** Told as each trial ends. */
  readonly onTrial: () => void;
  readonly signal?: AbortSignal;
}

const REFUSED = faultKind(new ModelFault('refused', ''));

/**
 * Measures a pipeline anew on tasks that it was chosen by, from a repeat on that the search has not drawn. Null where a model refuses a
 * further answer, as a recording does that has none; throws where something else broke.
 */
export async function measureAgain(
  {
    spec,
    firstRepeat,
    repeats,
  }: { readonly spec: PipelineSpec; readonly firstRepeat: number; readonly repeats: number },
  settings: TrialSettings,
  services: RunServices,
  { places, remedy, onTrial, signal }: HeldOutOptions & { readonly places: readonly number[] },
): Promise<PipelineSummary | null> {
  const tasks = places.flatMap((place) => services.benchmark.tasks[place] ?? []);
  const planned = trialsOf({ pipelines: [spec], tasks, repeats });
  const anew = planned.map((trial) => ({ ...trial, repeat: firstRepeat + trial.repeat }));
  const trials: TrialFacts[] = [];
  for await (const event of runTrials(anew, settings, services, signal)) {
    if (event.kind !== 'trial-ended') continue;
    if (event.trial.trace.fault?.kind === REFUSED) return null;
    refuseFault(event.trial, remedy);
    trials.push(factsOf(event.trial));
    onTrial();
  }
  return summarizePipeline(spec, trials, { repeats, tasks: tasks.length });
}

/** Measures pipelines on the tasks at these places of the benchmark; throws where something broke, as half a result would flatter. */
export async function measureHeldOut(
  plan: Pick<Plan, 'pipelines' | 'repeats'> & TrialSettings,
  services: RunServices,
  places: readonly number[],
  { remedy, onTrial, signal }: HeldOutOptions,
): Promise<HeldOut> {
  const tasks = places.flatMap((place) => services.benchmark.tasks[place] ?? []);
  const { pipelines, repeats } = plan;
  const trials: TrialFacts[] = [];
  for await (const event of runTrials(trialsOf({ pipelines, tasks, repeats }), plan, services, signal)) {
    if (event.kind !== 'trial-ended') continue;
    refuseFault(event.trial, remedy);
    trials.push(factsOf(event.trial));
    onTrial();
  }
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
