import { mapConcurrently } from '../base/concurrency.ts';
import { asGreenloopError, Fault } from '../base/errors.ts';
import { exampleTests } from '../pipeline/feedback-tests.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { faultKind, type Trace } from '../pipeline/trace.ts';
import type { Task, TestProgram } from '../tasks/task.ts';
import type { Experiment } from './experiment.ts';
import { TaskGrading } from './grade.ts';
import type { Trial } from './trial.ts';
import { storableTrial } from './trial.ts';

export interface PlannedTrial {
  readonly spec: PipelineSpec;
  readonly task: Task;
  readonly repeat: number;
}

/** Runs every Trial, `parallel` at the same time; each is given to `onTrial` as it ends. Throws only when aborted. */
export function runTrials(experiment: Experiment, onTrial: (trial: Trial) => void): Promise<void> {
  return runPlanned(planTrials(experiment), experiment, onTrial);
}

/** The same with trials of one's own choice. */
export async function runPlanned(
  planned: readonly PlannedTrial[],
  experiment: Experiment,
  onTrial: (trial: Trial) => void,
): Promise<void> {
  await mapConcurrently(planned, experiment.parallel, async (one) => {
    experiment.signal?.throwIfAborted();
    onTrial(await runTrial(one, experiment));
  });
}

/** Repeat by repeat, pipeline by pipeline, so that one model serves many trials before the next is asked. */
export function planTrials({
  pipelines,
  benchmark,
  repeats,
}: Pick<Experiment, 'pipelines' | 'benchmark' | 'repeats'>): PlannedTrial[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    pipelines.flatMap((spec) => benchmark.tasks.map((task) => ({ spec, task, repeat }))),
  ).flat();
}

async function runTrial({ spec, task, repeat }: PlannedTrial, experiment: Experiment): Promise<Trial> {
  const { model, sandbox, timeoutSeconds, seed, signal } = experiment;
  const services = {
    model,
    sandbox,
    timeoutSeconds,
    seed,
    repeat,
    feedbackTests: feedbackTests(spec, task),
    ...(signal && { signal }),
  };
  const trace = await runPipeline(spec, task.prompt, services);
  try {
    return storableTrial({ pipeline: spec.name, trace, ...(await gradeTrace(spec, task, trace, experiment)) });
  } catch (error) {
    signal?.throwIfAborted();
    const fault = asGreenloopError(error);
    if (!(fault instanceof Fault)) throw fault;
    return { pipeline: spec.name, trace: faulted(trace, fault), grades: [], repairEffects: [] };
  }
}

/** The oracle setting shows the grading tests openly; every other one only what the prompt shows. */
function feedbackTests(spec: PipelineSpec, task: Task): TestProgram | null {
  if (spec.feedback.source === 'none') return null;
  return spec.feedback.source === 'tests' ? (task.grader.suites()[0]?.program ?? null) : exampleTests(task.prompt);
}

async function gradeTrace(spec: PipelineSpec, task: Task, trace: Trace, experiment: Experiment) {
  const { sandbox, timeoutSeconds, signal } = experiment;
  const grading = new TaskGrading(task, { sandbox, timeoutSeconds, signal });
  const grades = await Promise.all(
    trace.attempts.map(({ code, verdict }) =>
      grading.grade(code, spec.feedback.source === 'examples' ? verdict : null),
    ),
  );
  const effects = await Promise.all(trace.attempts.map((attempt) => grading.repairEffects(attempt, spec.repair)));
  return { grades, repairEffects: effects.flat() };
}

function faulted(trace: Trace, fault: Fault): Trace {
  return { ...trace, stopReason: 'fault', fault: { kind: faultKind(fault), message: fault.message } };
}
