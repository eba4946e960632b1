import { asGreenloopError, asTestsFault, Fault } from '../base/errors.ts';
import { exampleTests } from '../pipeline/feedback-tests.ts';
import type { LoopEvent } from '../pipeline/loop-event.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { faultKind, type Trace } from '../pipeline/trace.ts';
import type { Task, TestProgram } from '../tasks/task.ts';
import type { TrialEvent } from './event.ts';
import { TaskGrading } from './grade.ts';
import type { Plan, PlannedTrial } from './plan.ts';
import type { RunServices } from './services.ts';
import { storableTrial, type Trial } from './trial.ts';

/** What of a plan every trial depends on. */
export type TrialSettings = Pick<Plan, 'seed' | 'timeoutSeconds'>;

interface TrialServices extends TrialSettings, Omit<RunServices, 'benchmark' | 'parallel'> {
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrialEvent) => void;
}

/** Runs one trial and tells what happens, `trial-ended` last. Throws when aborted, and a Refusal. */
export async function runTrial({ spec, task, repeat }: PlannedTrial, services: TrialServices): Promise<void> {
  const { model, sandbox, slots, timeoutSeconds, seed, signal, deadline, onEvent } = services;
  const place = { pipeline: spec.name, taskId: task.prompt.id, repeat };
  onEvent({ kind: 'trial-started', ...place });
  const trace = await runPipeline(spec, task.prompt, {
    ...{ model, sandbox, slots, timeoutSeconds, seed, repeat, signal, deadline },
    feedbackTests: feedbackTests(spec, task),
    onEvent: (event: LoopEvent) => onEvent({ ...event, ...place }),
  });
  onEvent({ kind: 'trial-ended', trial: await gradedTrial(spec, task, trace, services) });
}

/** What breaks while a trace is graded is a fault of its trial. */
async function gradedTrial(spec: PipelineSpec, task: Task, trace: Trace, services: TrialServices): Promise<Trial> {
  const { signal, grading = 'first' } = services;
  const ungraded = { pipeline: spec.name, trace, grades: [], repairEffects: [] };
  try {
    if (grading === 'none' || task.grader.suites().length === 0) return storableTrial(ungraded);
    return storableTrial({ ...ungraded, ...(await gradeTrace(spec, task, trace, { ...services, report: grading })) });
  } catch (error) {
    signal.throwIfAborted();
    const fault = asGreenloopError(error);
    if (!(fault instanceof Fault)) throw fault;
    return { ...ungraded, trace: faulted(trace, fault) };
  }
}

/** The oracle setting shows the grading tests openly; every other one only what the prompt shows. */
function feedbackTests(spec: PipelineSpec, task: Task): TestProgram | null {
  if (spec.feedback.source === 'none') return null;
  return spec.feedback.source === 'tests' ? (task.grader.suites()[0]?.program ?? null) : exampleTests(task.prompt);
}

async function gradeTrace(
  spec: PipelineSpec,
  task: Task,
  trace: Trace,
  { sandbox, timeoutSeconds, signal, report }: TrialServices & { readonly report: 'first' | 'all' },
): Promise<Pick<Trial, 'grades' | 'repairEffects'>> {
  const grading = new TaskGrading(task, { sandbox, timeoutSeconds, signal, report });
  const grades = await Promise.all(
    trace.attempts.map(({ code, verdict }) =>
      grading.grade(code, spec.feedback.source === 'examples' ? verdict : null).catch(asTestsFault),
    ),
  );
  const effects = await Promise.all(trace.attempts.map((attempt) => grading.repairEffects(attempt, spec.repair)));
  return { grades, repairEffects: effects.flat() };
}

function faulted(trace: Trace, fault: Fault): Trace {
  return { ...trace, stopReason: 'fault', fault: { kind: faultKind(fault), message: fault.message } };
}
