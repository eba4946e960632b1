import { z } from 'zod';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import type { Immutable } from '../base/immutable.ts';
import type { Model } from '../models/model.ts';
import { modelsOf, type PipelineSpec, parseKeptPipeline } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { hashOfTests } from '../sandbox/tests-hash.ts';
import type { Benchmark, Task } from '../tasks/task.ts';
import { type BenchmarkSummary, summarizeBenchmark } from './benchmark-summary.ts';

const text = z.string();

/** A Plan as plain JSON. */
export const planSchema = z.strictObject({
  benchmark: z.strictObject({
    name: text,
    sha256: text,
    /** Grading tests that no prompt shows, over all tasks; null where they cannot be counted, and in plans of version 0.1. */
    hiddenTests: z.int().min(0).nullable().default(null),
  }),
  tasks: z.array(z.strictObject({ id: text, hash: text })),
  pipelines: z.array(z.unknown().transform((spec) => parseKeptPipeline(spec, 'a kept pipeline'))),
  models: z.array(
    z.strictObject({
      name: text,
      /** Hash of what the answers depend on (see Model.identity); null where nothing is known of that. */
      identity: text.nullable(),
    }),
  ),
  repeats: z.int().min(1).max(1_000_000),
  /** Present where the run ends after the first repeat that makes the comparisons with the first pipeline clear, within a margin if there is one, a share. */
  untilClear: z.strictObject({ margin: z.number().positive().nullable() }).optional(),
  seed: z.int().min(0),
  /** Wall time for one run of a candidate. */
  timeoutSeconds: z.number().positive(),
  /** Kind of isolation and the Python in it. */
  sandbox: text,
});

/** All of a run that decides what its trials are: two of one plan are the same run. */
export type Plan = Immutable<z.infer<typeof planSchema>>;

/** What a plan is made of, besides the services. */
export type PlanRequest = Pick<Plan, 'pipelines' | 'repeats' | 'untilClear' | 'seed' | 'timeoutSeconds'>;

/** What a plan asks: who the models are, and in what programs run. */
export interface PlanServices {
  readonly benchmark: Benchmark;
  readonly model: (name: string) => Pick<Model, 'name' | 'identity'>;
  readonly sandbox: Pick<Sandbox, 'isolation'>;
}

/** The plan of pipelines on a benchmark. */
export async function planRun(request: PlanRequest, services: PlanServices, signal?: AbortSignal): Promise<Plan> {
  const { benchmark, model, sandbox } = services;
  const { pipelines, repeats, untilClear, seed, timeoutSeconds } = request;
  const names = [...new Set(pipelines.flatMap(modelsOf))];
  const models = names.map(async (name) => {
    const identity = (await model(name).identity?.(signal)) ?? null;
    // An address may hold a password.
    return { name, identity: identity && hashOf(identity) };
  });
  const { name: isolation, python } = await sandbox.isolation();
  const { name, sha256, hiddenTests } = summarizeBenchmark(benchmark);
  return {
    benchmark: { name, sha256, hiddenTests },
    tasks: benchmark.tasks.map((task) => ({ id: task.prompt.id, hash: taskHash(task) })),
    pipelines,
    models: await Promise.all(models),
    repeats,
    ...(untilClear !== undefined && { untilClear }),
    seed,
    timeoutSeconds,
    sandbox: `${isolation} ${python}`,
  };
}

/** Hash of a plan; the name of a benchmark is a label and no part of it. */
export function planHash({ benchmark, ...plan }: Plan): string {
  return hashOf({ ...plan, benchmark: benchmark.sha256 });
}

/** A plan out of its JSON; null where another version of greenloop wrote it. */
export function parsePlan(json: string): Plan | null {
  try {
    return planSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** One (Pipeline, Task, repeat) that is to be run. */
export interface PlannedTrial {
  readonly spec: PipelineSpec;
  readonly task: Task;
  readonly repeat: number;
}

/**
 * The trials of a plan, repeat by repeat, pipeline by pipeline, so that one model serves many trials before the next is asked. Throws a
 * Refusal where the tasks are not those that the plan was made of.
 */
export function plannedTrials({ pipelines, tasks, repeats }: Plan, known: readonly Task[]): PlannedTrial[] {
  const byId = new Map(known.map((task) => [task.prompt.id, task]));
  const chosen = tasks.map(({ id, hash }) => {
    const task = byId.get(id);
    if (task !== undefined && taskHash(task) === hash) return task;
    throw new Refusal(`the task ${id} has changed since this run was planned; plan the run again`);
  });
  return trialsOf({ pipelines, tasks: chosen, repeats });
}

/** Every pipeline on every task in every repeat, in the order of a plan. */
export function trialsOf({
  pipelines,
  tasks,
  repeats,
}: Pick<Plan, 'pipelines' | 'repeats'> & { readonly tasks: readonly Task[] }): PlannedTrial[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    pipelines.flatMap((spec) => tasks.map((task) => ({ spec, task, repeat }))),
  ).flat();
}

/** Whether trials that ran before are what they would be now: a model that cannot say who it is may answer otherwise. */
export function isRepeatable({ models }: Plan): boolean {
  return models.every(({ identity }) => identity !== null);
}

/** What a run says of the benchmark that it was planned on. */
export function plannedBenchmark({ benchmark: { name, sha256, hiddenTests }, tasks }: Plan): BenchmarkSummary {
  return { name, tasks: tasks.length, sha256, hiddenTests };
}

/** The repeats of a run: those that were planned, or, where it ends as soon as it is clear, those that were measured. */
export function repeatsOf({ repeats, untilClear }: Plan, trials: Iterable<{ readonly repeat: number }>): number {
  if (untilClear === undefined) return repeats;
  let last = 0;
  for (const { repeat } of trials) last = Math.max(last, repeat);
  return last + 1;
}

/** How many trials a plan has, at most. */
export function countTrials({ pipelines, tasks, repeats }: Plan): number {
  return pipelines.length * tasks.length * repeats;
}

const hashes = new WeakMap<Task, string>();

/** Hash of all of a task that can alter a trial: what stages see, and the grading tests. */
export function taskHash(task: Task): string {
  const known = hashes.get(task);
  if (known !== undefined) return known;
  const { prompt, grader } = task;
  const hash = hashOf([prompt, grader.suites().map(({ name, program }) => [name, hashOfTests(program)])]);
  hashes.set(task, hash);
  return hash;
}

/** Where each trial of a plan stands in its order, from 0; null of a trial that is none of it. */
export function placesIn({ pipelines, tasks, repeats }: Plan) {
  const pipelinePlaces = new Map(pipelines.map(({ name }, place) => [name, place]));
  const taskPlaces = new Map(tasks.map(({ id }, place) => [id, place]));
  return (pipeline: string, taskId: string, repeat: number): number | null => {
    const [own, task] = [pipelinePlaces.get(pipeline), taskPlaces.get(taskId)];
    if (own === undefined || task === undefined || repeat >= repeats) return null;
    return (repeat * pipelines.length + own) * tasks.length + task;
  };
}

/** The trial that stands at a place of a plan's order, from 0; null where the plan has no such place. */
export function trialAtPlace(plan: Plan, place: number) {
  const { pipelines, tasks } = plan;
  if (!Number.isInteger(place) || place < 0 || place >= countTrials(plan)) return null;
  const row = Math.floor(place / tasks.length);
  const [spec, task] = [pipelines[row % pipelines.length], tasks[place % tasks.length]];
  if (spec === undefined || task === undefined) return null;
  return { pipeline: spec.name, taskId: task.id, repeat: Math.floor(row / pipelines.length) };
}
