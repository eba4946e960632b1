import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { TrialEvent } from '../runs/event.ts';
import type { Trial } from '../runs/trial.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import type { Solver } from '../wiring/solver.ts';
import { AnswerDeadline } from './answer-deadline.ts';

/** What one answer of a pipeline may take. */
export interface AnswerLimits {
  /** From its turn on; what was solved by then is the answer. */
  readonly seconds: number;
  /** Of prompts and answers together. */
  readonly tokens: number;
}

/** Keeps what a task was solved with, and what came of it. */
export type KeepAnswer = (task: FreeTask, spec: PipelineSpec, seed: number, trial: Trial) => Promise<void>;

/** What every task of a client is solved with. */
export interface TaskServices {
  readonly solver: Solver;
  readonly limits: AnswerLimits;
  /** Null where nothing is kept. */
  readonly keep: KeepAnswer | null;
}

/** A task of a client, and what the client says of how it is solved. */
export interface TaskRequest {
  readonly task: FreeTask;
  readonly spec: PipelineSpec;
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Of each draft and each repair. */
  readonly maxTokens?: number | undefined;
  readonly signal: AbortSignal;
}

/** Solves a task within the limits of the server and keeps what came of it; `trial-ended` is the last event. Throws what broke, and the signal's reason. */
export async function* solveTask(
  { task, spec, seed = 0, maxTokens, signal }: TaskRequest,
  { solver, limits, keep }: TaskServices,
): AsyncGenerator<TrialEvent> {
  const limited = withLimits(spec, limits, maxTokens);
  const deadline = new AnswerDeadline(limits.seconds);
  try {
    for await (const event of solver.solve(task, limited, { seed, signal, deadline: deadline.signal })) {
      if (event.kind === 'trial-ended') await keep?.(task, limited, seed, event.trial);
      yield event;
    }
  } finally {
    deadline.clear();
  }
}

/** The pipeline within the limits of the server, and of the request where that asks for less. */
function withLimits(spec: PipelineSpec, limits: AnswerLimits, maxTokens = Number.POSITIVE_INFINITY): PipelineSpec {
  const seconds = Math.min(spec.stop.seconds ?? limits.seconds, limits.seconds);
  const tokens = Math.min(spec.stop.tokens ?? limits.tokens, limits.tokens);
  const capped = <Role extends { readonly maxTokens: number }>(role: Role): Role => ({
    ...role,
    maxTokens: Math.min(role.maxTokens, maxTokens),
  });
  const stages = spec.stages.map((stage) =>
    'drafts' in stage ? capped(stage) : { ...stage, refiner: capped(stage.refiner) },
  );
  return { ...spec, generator: capped(spec.generator), stages, stop: { ...spec.stop, seconds, tokens } };
}
