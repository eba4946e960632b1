import { count } from '../base/count.ts';
import { Refusal } from '../base/errors.ts';
import type { Model } from '../models/model.ts';
import { modelsOf, mostDrafts, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark, Task } from '../tasks/task.ts';
import type { TrialEvent } from './event.ts';
import type { Plan, PlannedTrial } from './plan.ts';

/** Runs trials elsewhere than in this process. */
export interface TrialRunner {
  /** What happens, a `trial-ended` of each among it; throws the signal's reason when aborted, and a Refusal. */
  run(
    planned: readonly PlannedTrial[],
    settings: Pick<Plan, 'seed' | 'timeoutSeconds'>,
    options: Pick<RunServices, 'grading' | 'deadline'> & { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<TrialEvent>;
}

/** All that trials need besides their plan. */
export interface RunServices {
  /** Holds every task of the plan. */
  readonly benchmark: Benchmark;
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  /** Where trials run; absent, in this process. */
  readonly runner?: TrialRunner;
  /** Trials in flight. */
  readonly parallel: number;
  /** Drafts of one trial that are asked for at the same time (1 where it is not given). */
  readonly slots?: number | undefined;
  /** How attempts are graded: up to the first failing check (the default), by every check, or not at all. */
  readonly grading?: 'first' | 'all' | 'none' | undefined;
  /** Aborted, it ends every trial with what there is by then. */
  readonly deadline?: AbortSignal | undefined;
}

/**
 * Trials in flight: as many as HumanEval has tasks and more, so that a server that holds one model at a time answers all that one model
 * is asked before it loads another, and executions never wait behind generation. Queues see to it that trials end one by one.
 */
export const USUAL_PARALLEL = 256;

/** What trials will ask for. */
export interface Demand {
  /** Trials of each pipeline on each task. */
  readonly repeats: number;
  /** Every model that is asked, by name (`provider/name`), and the most drafts that one trial can draw from it. */
  readonly drafts: ReadonlyMap<string, number>;
}

/** What every repeat of some pipelines can ask for. */
export function demandOf(pipelines: readonly PipelineSpec[], repeats: number): Demand {
  const models = [...new Set(pipelines.flatMap(modelsOf))];
  const most = (model: string) => Math.max(...pipelines.map((spec) => mostDrafts(spec, model)));
  return { repeats, drafts: new Map(models.map((model) => [model, most(model)])) };
}

/** The tasks of which every recorded model of these holds enough draws, and the ids of those that some do not hold at all. */
export function recordedTasks(
  benchmark: Benchmark,
  models: readonly Model[],
  demand: Demand,
): { tasks: readonly Task[]; leftOut: readonly string[] } {
  const recordings = models.filter((model) => model.recording !== undefined);
  const has = (task: Task) => recordings.every((model) => model.recording?.draws.has(task.prompt.id));
  const tasks = benchmark.tasks.filter(has);
  for (const model of recordings) refuseFewDraws(model, tasks, demand);
  return { tasks, leftOut: benchmark.tasks.filter((task) => !has(task)).map((task) => task.prompt.id) };
}

/** Refuses pipelines of one name, for which no table could tell which is which. */
export function refuseSameNames(pipelines: readonly Pick<PipelineSpec, 'name'>[]): void {
  const names = pipelines.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Refusal(`two pipelines are named ${JSON.stringify(twice)}; give each its own name`);
}

function refuseFewDraws({ name, recording }: Model, tasks: readonly Task[], { repeats, drafts }: Demand): void {
  if (tasks.length === 0) throw new Refusal(`${name} holds none of the chosen tasks`);
  const most = Math.max(1, drafts.get(name) ?? 1);
  const drawsOf = (task: Task) => recording?.draws.get(task.prompt.id) ?? 0;
  const short = tasks.find((task) => drawsOf(task) < repeats * most);
  if (short === undefined) return;
  const draws = drawsOf(short);
  const need =
    most === 1
      ? `${repeats} repeats need as many`
      : `${count(repeats, 'repeat')} of up to ${most} drafts need ${repeats * most}`;
  const possible = Math.floor(draws / most);
  const advice = possible === 0 ? 'record more, or draw fewer drafts' : `run ${count(possible, 'repeat')}`;
  throw new Refusal(`${name} holds ${count(draws, 'draw')} of ${short.prompt.id}, and ${need}; ${advice}`);
}
