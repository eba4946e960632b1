import { availableParallelism } from 'node:os';
import { untilAborted } from '../base/concurrency.ts';
import { hashOf } from '../base/hash.ts';
import type { Cache } from '../cache/cache.ts';
import { type Model, type ServerNotices, SILENT } from '../models/model.ts';
import { exampleTests } from '../pipeline/feedback-tests.ts';
import { fitPipeline } from '../pipeline/fit-pipeline.ts';
import { givenBy } from '../pipeline/given-by.ts';
import { endsOf } from '../pipeline/pipeline-services.ts';
import { modelsOf, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RedisAddress } from '../queue/redis-address.ts';
import type { TrialEvent } from '../runs/event.ts';
import { type Plan, planRun } from '../runs/plan.ts';
import type { RunServices } from '../runs/services.ts';
import { runTrials } from '../runs/start-run.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Verdict } from '../sandbox/verdict.ts';
import { type FreeTask, taskOf } from '../tasks/markdown-task.ts';
import { slotsFor } from './asked-servers.ts';
import type { JoinedQueue } from './join-queue.ts';
import { openModels } from './models.ts';
import { openSandbox } from './sandbox.ts';
import type { Settings } from './settings.ts';

export interface SolverOptions {
  /** Candidates that run at the same time; the number of cores where it is not given. */
  readonly parallel?: number | undefined;
  readonly notices?: ServerNotices | undefined;
  /** Where workers are that solve the tasks; absent, they are solved here. */
  readonly queue?: RedisAddress | undefined;
  /** Told why the sandbox is not the native one. */
  readonly onFallback?: ((line: string) => void) | undefined;
}

/** How one task is solved. */
export interface SolvingOptions {
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Wall time of one run of the code; default 10. */
  readonly timeoutSeconds?: number | undefined;
  /** Aborted, it ends the task with what there is by then; its reason is thrown where no model was open yet. */
  readonly deadline?: AbortSignal | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface SolverParts {
  readonly settings: Settings;
  readonly sandbox: Sandbox;
  readonly notices: ServerNotices | undefined;
  readonly queue: RedisAddress | undefined;
  readonly closing: AbortController;
}

const USUAL_TIMEOUT = 10;
/** How long a task waits for a worker that has its models. */
const WORKER_WAIT_SECONDS = 5;
/** Each task is asked anew. */
const NOTHING: Cache = { completion: () => null, saveCompletion() {}, verdict: () => null, saveVerdict() {} };

/** Solves tasks and judges code, one after the other or several at once, with models and a sandbox that stay open meanwhile. */
export class Solver {
  readonly #settings: Settings;
  readonly #sandbox: Sandbox;
  readonly #notices: ServerNotices | undefined;
  /** Ends models that are being opened. */
  readonly #closing: AbortController;
  readonly #models = new Map<string, Promise<Model>>();
  readonly #queue: RedisAddress | undefined;
  /** By the models that tasks want. */
  readonly #joined = new Map<string, Promise<JoinedQueue>>();

  private constructor({ settings, sandbox, notices, queue, closing }: SolverParts) {
    this.#settings = settings;
    this.#sandbox = sandbox;
    this.#notices = notices;
    this.#queue = queue;
    this.#closing = closing;
  }

  /** Opens the sandbox; models are opened when they are first asked. Throws SandboxFault that says what to install. */
  static async open(settings: Settings, options: SolverOptions = {}): Promise<Solver> {
    const { parallel = availableParallelism(), notices, queue, onFallback } = options;
    const sandbox = await openSandbox(settings, parallel, onFallback);
    return new Solver({ settings, sandbox, notices, queue, closing: new AbortController() });
  }

  /** The same with models asked under other settings, at a server that was found; the sandbox is shared, and closed once. */
  under(settings: Settings): Solver {
    const [sandbox, notices, queue, closing] = [this.#sandbox, this.#notices, this.#queue, this.#closing];
    return new Solver({ settings, sandbox, notices, queue, closing });
  }

  /** The model of that name (`provider/name`), opened once. Throws a Refusal (no such model) or a ModelFault (server down). */
  model(name: string): Promise<Model> {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const opening = openModels([name], this.#settings, this.#closing.signal, this.#notices).then((opened) =>
      opened(name),
    );
    this.#models.set(name, opening);
    // A server may come up later.
    opening.catch(() => this.#models.delete(name));
    return opening;
  }

  /** Runs a pipeline, as it fits the task, and gives what happens, `trial-ended` last. Throws the signal's reason when aborted. */
  async *solve(task: FreeTask, spec: PipelineSpec, options: SolvingOptions = {}): AsyncGenerator<TrialEvent> {
    const { seed = 0, timeoutSeconds = USUAL_TIMEOUT, signal, deadline } = options;
    const fitted = fitPipeline(spec, task);
    const place = await untilAborted(() => this.#placeOf(fitted), AbortSignal.any(endsOf(options)));
    const grading = fitted.feedback.source === 'tests' ? 'none' : 'all';
    const slots = slotsFor([fitted.generator.model], this.#settings);
    const services = { ...place, sandbox: this.#sandbox, parallel: 1, slots, grading, deadline } as const;
    const planned = { spec: fitted, task: taskOf(task), repeat: 0 };
    yield* runTrials([planned], { seed, timeoutSeconds }, services, signal);
  }

  /** The plan of a run that is this task, this pipeline and nothing else, to keep what `solve` came to under. */
  async plan(
    task: FreeTask,
    spec: PipelineSpec,
    options: Pick<SolvingOptions, 'seed' | 'timeoutSeconds'> = {},
  ): Promise<Plan> {
    const { seed = 0, timeoutSeconds = USUAL_TIMEOUT } = options;
    const fitted = fitPipeline(spec, task);
    const benchmark = { name: task.prompt.id, sha256: hashOf(task.prompt), tasks: [taskOf(task)] };
    const { model } = await this.#placeOf(fitted);
    const request = { pipelines: [fitted], repeats: 1, seed, timeoutSeconds };
    return planRun(request, { benchmark, model, sandbox: this.#sandbox });
  }

  /** Runs code against the task's tests, or where it has none its examples, or to see whether it loads, with every check in the Verdict. */
  check(
    task: FreeTask,
    code: string,
    options: Pick<SolvingOptions, 'timeoutSeconds' | 'signal'> = {},
  ): Promise<Verdict> {
    const { timeoutSeconds = USUAL_TIMEOUT, signal } = options;
    const tests = task.tests ?? exampleTests(task.prompt);
    return this.#sandbox.run({ code, ...givenBy(task.prompt), tests, timeoutSeconds, report: 'all' }, signal);
  }

  /** Ends the sandbox, and models that are being opened; what is under way throws. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const joined of this.#joined.values()) await (await joined.catch(() => null))?.close();
    await this.#sandbox.close();
  }

  /** The models of a pipeline, here or at workers. */
  async #placeOf(spec: PipelineSpec): Promise<Pick<RunServices, 'model' | 'runner'>> {
    if (this.#queue === undefined) return { model: await this.#modelsOf(spec) };
    const models = [...new Set(modelsOf(spec))].toSorted();
    const key = models.join(' ');
    const known = this.#joined.get(key) ?? this.#join(this.#queue, models);
    this.#joined.set(key, known);
    // A worker may come up later.
    known.catch(() => this.#joined.delete(key));
    const { model, runner } = await known;
    return { model, runner };
  }

  async #join(queue: RedisAddress, models: readonly string[]): Promise<JoinedQueue> {
    const { joinQueue } = await import('./join-queue.ts');
    return joinQueue(queue, {
      isolation: await this.#sandbox.isolation(),
      cache: NOTHING,
      reuse: { calls: 0, promptTokens: 0, completionTokens: 0 },
      models,
      isFresh: true,
      serverWaitSeconds: WORKER_WAIT_SECONDS,
      notices: this.#notices ?? SILENT,
      signal: this.#closing.signal,
    });
  }

  async #modelsOf(spec: PipelineSpec): Promise<(name: string) => Model> {
    const opened = await Promise.all(modelsOf(spec).map(async (name) => [name, await this.model(name)] as const));
    const models = new Map(opened);
    return (name) => models.get(name)!;
  }
}
