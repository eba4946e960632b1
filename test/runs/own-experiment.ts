import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { type PipelineInput, type PipelineSpec, parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import type { Experiment } from '../../src/runs/experiment.ts';
import { runTrials } from '../../src/runs/run-trials.ts';
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
  await runTrials(experiment, (trial) => trials.push(trial));
  return trials;
}

/** Their facts, in the same order. */
export async function factsOfTrials(experiment: Experiment): Promise<TrialFacts[]> {
  return (await trialsOf(experiment)).map(factsOf);
}
