import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { type PipelineInput, type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { type Plan, type PlanRequest, placesIn, trialsOf as plannedOf, planRun } from '../../src/runs/plan.ts';
import type { RunServices } from '../../src/runs/services.ts';
import { runTrials } from '../../src/runs/start-run.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { factsOf, type TrialFacts } from '../../src/runs/trial-facts.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Benchmark, Task } from '../../src/tasks/task.ts';

export function benchmarkOf(tasks: readonly Task[]): Benchmark {
  return { name: 'own', sha256: '0', tasks };
}

/** A pipeline of one refinement by the model `scripted/NAME`, changed as given. */
export function pipelineOf(name: string, changes: Partial<PipelineInput> = {}): PipelineSpec {
  const role = { model: `scripted/${name}` };
  return parsePipeline({ name, generator: role, stages: [{ iterations: 1, refiner: role }], ...changes }, name);
}

/** Pipelines x tasks x repeats, with all that is needed to run them. */
export interface Experiment extends PlanRequest, RunServices {
  readonly signal?: AbortSignal | undefined;
}

/** An Experiment in which every model gives the same script's answers; two trials in flight. */
export function experimentOf(
  sandbox: Sandbox,
  answer: ScriptAnswer,
  changes: Partial<Experiment> & Pick<Experiment, 'benchmark' | 'pipelines'>,
): Experiment {
  const model = new ScriptedModel('m', answer);
  return { repeats: 1, seed: 1, parallel: 2, timeoutSeconds: 60, sandbox, model: () => model, ...changes };
}

/** The trials in the order in which they ended. */
export async function trialsOf(experiment: Experiment): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const trial of endedTrials(experiment)) trials.push(trial);
  return trials;
}

/** Trials as they end. */
export async function* endedTrials(experiment: Experiment): AsyncGenerator<Trial> {
  const planned = plannedOf({ ...experiment, tasks: experiment.benchmark.tasks });
  for await (const event of runTrials(planned, experiment, experiment, experiment.signal)) {
    if (event.kind === 'trial-ended') yield event.trial;
  }
}

export function planOf(experiment: Experiment): Promise<Plan> {
  return planRun(experiment, experiment);
}

/** Their facts, in the same order. */
export async function factsOfTrials(experiment: Experiment): Promise<TrialFacts[]> {
  return (await trialsOf(experiment)).map(factsOf);
}

/** Trials in the order of their plan. */
export function inOrderOf(plan: Plan, trials: readonly Trial[]): Trial[] {
  const placeOf = placesIn(plan);
  const place = ({ pipeline, trace }: Trial) => placeOf(pipeline, trace.taskId, trace.repeat) ?? -1;
  return trials.toSorted((one, other) => place(one) - place(other));
}
