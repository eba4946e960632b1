import { z } from 'zod';
import { hashOf } from '../base/hash.ts';
import { modelsOf, type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import { hashOfTests } from '../sandbox/tests-hash.ts';
import type { Task } from '../tasks/task.ts';
import type { Experiment } from './experiment.ts';

const text = z.string();

const planSchema = z.strictObject({
  benchmark: z.strictObject({ name: text, sha256: text }),
  tasks: z.array(z.strictObject({ id: text, hash: text })),
  pipelines: z.array(z.unknown().transform((spec) => parsePipeline(spec, 'a kept pipeline'))),
  models: z.array(z.strictObject({ name: text, identity: text.nullable() })),
  repeats: z.int().min(1).max(1_000_000),
  seed: z.int().min(0),
  timeoutSeconds: z.number().positive(),
  sandbox: text,
});

/** All of an experiment that decides what its trials are: two of one plan are the same run. */
export interface RunPlan {
  readonly benchmark: { readonly name: string; readonly sha256: string };
  readonly tasks: readonly { readonly id: string; readonly hash: string }[];
  readonly pipelines: readonly PipelineSpec[];
  /** `identity` is a hash of what the answers depend on (see Model.identity); null where nothing is known of that. */
  readonly models: readonly { readonly name: string; readonly identity: string | null }[];
  readonly repeats: number;
  readonly seed: number;
  /** Wall time for one run of a candidate. */
  readonly timeoutSeconds: number;
  /** Kind of isolation and the Python in it. */
  readonly sandbox: string;
}

/** The plan of an experiment; asks its models who they are. */
export async function planRun(experiment: Experiment): Promise<RunPlan> {
  const { benchmark, pipelines, repeats, seed, timeoutSeconds, model, signal } = experiment;
  const names = [...new Set(pipelines.flatMap(modelsOf))];
  const models = names.map(async (name) => {
    const identity = (await model(name).identity?.(signal)) ?? null;
    // An address may hold a password.
    return { name, identity: identity && hashOf(identity) };
  });
  const { name, python } = await experiment.sandbox.isolation();
  return {
    benchmark: { name: benchmark.name, sha256: benchmark.sha256 },
    tasks: benchmark.tasks.map((task) => ({ id: task.prompt.id, hash: taskHash(task) })),
    pipelines,
    models: await Promise.all(models),
    repeats,
    seed,
    timeoutSeconds,
    sandbox: `${name} ${python}`,
  };
}

/** Hash of a plan; the name of a benchmark is a label and no part of it. */
export function planHash({ benchmark, ...plan }: RunPlan): string {
  return hashOf({ ...plan, benchmark: benchmark.sha256 });
}

/** Hash of all of a task that can alter a trial: what stages see, and the grading tests. */
export function taskHash({ prompt, grader }: Task): string {
  return hashOf([prompt, grader.suites().map(({ name, program }) => [name, hashOfTests(program)])]);
}

/** A plan out of its JSON; null where another version of greenloop wrote it. */
export function parsePlan(json: string): RunPlan | null {
  try {
    return planSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
