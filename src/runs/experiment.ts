import { Refusal } from '../base/errors.ts';
import type { Model } from '../models/model.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark, Task } from '../tasks/task.ts';

/** Pipelines x Tasks x repeats, with all that is needed to run them. */
export interface Experiment {
  readonly benchmark: Benchmark;
  readonly pipelines: readonly PipelineSpec[];
  readonly repeats: number;
  readonly seed: number;
  /** Trials in flight. */
  readonly parallel: number;
  readonly timeoutSeconds: number;
  readonly sandbox: Sandbox;
  readonly model: (name: string) => Model;
  readonly signal?: AbortSignal | undefined;
}

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
    `${model.name} holds ${draws} draws of ${short.prompt.id}, ${repeats} repeats were asked for; use --repeats ${draws}`,
  );
}
