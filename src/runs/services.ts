import { Refusal } from '../base/errors.ts';
import type { Model } from '../models/model.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark, Task } from '../tasks/task.ts';

/** All that trials need besides their plan. */
export interface RunServices {
  /** Holds every task of the plan. */
  readonly benchmark: Benchmark;
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  /** Trials in flight. */
  readonly parallel: number;
  /** How attempts are graded: up to the first failing check (the default), by every check, or not at all. */
  readonly grading?: 'first' | 'all' | 'none';
}

/**
 * Trials in flight: as many as HumanEval has tasks and more, so that a server that holds one model at a time answers all that one model
 * is asked before it loads another, and executions never wait behind generation. Queues see to it that trials end one by one.
 */
export const USUAL_PARALLEL = 256;

/** The tasks that every recorded model of these holds, in at least so many draws, and the ids of those left out. */
export function recordedTasks(
  benchmark: Benchmark,
  models: readonly Model[],
  repeats: number,
): { tasks: readonly Task[]; leftOut: readonly string[] } {
  const recordings = models.filter((model) => model.recording !== undefined);
  const has = (task: Task) => recordings.every((model) => model.recording?.draws.has(task.prompt.id));
  const tasks = benchmark.tasks.filter(has);
  for (const model of recordings) refuseFewDraws(model, tasks, repeats);
  return { tasks, leftOut: benchmark.tasks.filter((task) => !has(task)).map((task) => task.prompt.id) };
}

/** Refuses pipelines of one name, for which no table could tell which is which. */
export function refuseSameNames(pipelines: readonly PipelineSpec[]): void {
  const names = pipelines.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Refusal(`two pipelines are named ${JSON.stringify(twice)}; give each its own name`);
}

function refuseFewDraws(model: Model, tasks: readonly Task[], repeats: number): void {
  if (tasks.length === 0) throw new Refusal(`${model.name} holds none of the chosen tasks`);
  const short = tasks.find((task) => (model.recording?.draws.get(task.prompt.id) ?? 0) < repeats);
  if (short === undefined) return;
  const draws = model.recording?.draws.get(short.prompt.id);
  throw new Refusal(
    `${model.name} holds ${draws} draws of ${short.prompt.id}, and ${repeats} repeats need as many; run ${draws} repeats`,
  );
}
