import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../runs/event.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import { type FreeTask, type FreeTaskOptions, readFreeTask } from '../tasks/markdown-task.ts';
import { readSettings, type Settings } from './settings.ts';
import { Solver, type SolvingOptions } from './solver.ts';

/** A task as text, with its tests where there are any, and how to go about it. */
export interface SolveOptions extends SolvingOptions, FreeTaskOptions {
  readonly pipeline: PipelineSpec;
  /** Of the environment and the configuration where it is not given. */
  readonly settings?: Settings | undefined;
}

/**
 * Solves one task and gives what happens, `trial-ended` with its Trace last; opens models and sandbox for it alone (a Solver keeps them open).
 * Throws a Refusal of a text that is no task, and the signal's reason when aborted.
 */
export async function* solve(text: string, options: SolveOptions): AsyncGenerator<TrialEvent> {
  const { pipeline, settings = readSettings(), ...rest } = options;
  const task = readFreeTask(text, rest);
  const solver = await Solver.open(settings, { parallel: 1 });
  try {
    yield* solver.solve(task, pipeline, rest);
  } finally {
    await solver.close();
  }
}

/** What code is judged by: a task as text, of which the examples are run, or the text of tests. */
export interface CheckingOptions extends Pick<SolvingOptions, 'timeoutSeconds' | 'signal'>, FreeTaskOptions {
  readonly settings?: Settings | undefined;
}

/** Runs code in the sandbox against tests, or the examples of a task's text; the Verdict holds every check. Throws a Refusal of tests that are none. */
export async function check(code: string, text: string, options: CheckingOptions = {}): Promise<Verdict> {
  const { settings = readSettings(), ...rest } = options;
  const task: FreeTask = readFreeTask(text, rest);
  const solver = await Solver.open(settings, { parallel: 1 });
  try {
    return await solver.check(task, code, rest);
  } finally {
    await solver.close();
  }
}
