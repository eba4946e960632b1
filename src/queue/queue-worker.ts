import { hostname } from 'node:os';
import { DelayedError, type Job as QueuedJob, UnrecoverableError, Worker } from 'bullmq';
import { atMost, sleep, untilAborted } from '../base/concurrency.ts';
import { Refusal, ServerGone } from '../base/errors.ts';
import { CachedSandbox } from '../cache/cached-sandbox.ts';
import type { Completion, Model } from '../models/model.ts';
import { parseKeptPipeline } from '../pipeline/pipeline-spec.ts';
import { runTrialsHere } from '../runs/start-run.ts';
import type { Trial } from '../runs/trial.ts';
import { factsOf } from '../runs/trial-facts.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Task } from '../tasks/task.ts';
import { NotedCache, withCache } from './known-answers.ts';
import { differenceOfPlaces, missingModel } from './matching.ts';
import { type Job, type JobResult, jobSchema, type Place, type QueueInfo, type WorkerInfo } from './protocol.ts';
import { PREFIX, type Registry } from './registry.ts';
import { readTaskJson } from './task-json.ts';
import { type WatchedJob, watchJob } from './watched-job.ts';

/** A model of a worker, and what decides its answers besides the request. */
export interface WorkerModel {
  readonly name: string;
  readonly identity: string | null;
}

export interface QueueWorkerOptions {
  readonly registry: Registry;
  readonly place: Place;
  readonly models: readonly WorkerModel[];
  readonly model: (name: string) => Model;
  readonly sandbox: Sandbox;
  readonly slots: number;
  /** Jobs at once. */
  readonly jobs: number;
  readonly watch: WorkerWatch;
  /** After so long without a sign of a worker its jobs are another's. */
  readonly lockSeconds?: number | undefined;
  /** How often a job is taken from workers that died in it. */
  readonly deaths?: number | undefined;
  readonly restSeconds?: number | undefined;
}

/** Who is told of what a worker does. */
export interface WorkerWatch {
  /** A queue is joined, or cannot be, in one line. */
  readonly onQueue: (line: string) => void;
  readonly onTrial: (trial: Trial) => void;
  readonly onTrouble: (line: string) => void;
}

const LOCK_SECONDS = 20;
const DEATHS = 2;
const LOOK_SECONDS = 0.5;
/** How long a model server that was gone is left alone before it is looked for. */
const REST_SECONDS = 5;
/** How often a job is begun, with servers that were gone, before that counts as a try. */
const MOST_STARTS = 10;
const MOST_TASKS = 200;
/** How long an end waits for Redis. */
const LONGEST_END_SECONDS = 1;

/** Does the jobs of every queue whose models are here, until it is drained. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions;
  readonly #workers = new Map<string, Worker>();
  readonly #told = new Set<string>();
  readonly #tasks = new Map<string, Task>();
  readonly #stopping = new AbortController();
  readonly #id = `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 4)}`;
  readonly #started = Date.now();
  #active = 0;
  #done = 0;
  #failed = 0;
  #resting: Promise<void> | null = null;
  #isAlone = false;
  #onEnd: (() => void)[] = [];

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
  }

  /** Takes jobs until aborted, then ends those under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { registry } = this.#options;
    const announced = registry.announceWorker(() => this.info, this.#stopping.signal).catch(() => {});
    try {
      while (!signal.aborted) {
        // Redis may be away for a moment.
        await untilAborted(() => this.#joinQueues(), signal).catch(() => {});
        await sleep(LOOK_SECONDS, signal).catch(() => {});
      }
      await this.#drain();
    } finally {
      this.#stopping.abort();
      await atMost(LONGEST_END_SECONDS, announced);
    }
  }

  /** Waits for the jobs under way, but not for a Redis that is away when there are none. */
  async #drain(): Promise<void> {
    const workers = [...this.#workers.values()];
    const closed = Promise.allSettled(workers.map((worker) => worker.close()));
    do {
      await this.#idle();
      await atMost(LONGEST_END_SECONDS, closed);
    } while (this.#active > 0);
    for (const worker of workers) worker.disconnect().catch(() => {});
  }

  async #idle(): Promise<void> {
    while (this.#active > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onEnd.push(resolve);
      await promise;
    }
  }

  get info(): WorkerInfo {
    const { place, models, slots, jobs } = this.#options;
    const counts = { active: this.#active, done: this.#done, failed: this.#failed };
    const who = { id: this.#id, host: hostname(), pid: process.pid, started: this.#started, now: Date.now() };
    return { ...who, place, models: [...models], slots, jobs: this.#resting === null ? jobs : 0, ...counts };
  }

  /** Jobs under way. */
  get active(): number {
    return this.#active;
  }

  async #joinQueues(): Promise<void> {
    const queues = await this.#options.registry.queues();
    for (const [name, info] of queues) if (!this.#workers.has(name)) this.#join(name, info);
    for (const [name, worker] of this.#workers) {
      if (queues.has(name)) continue;
      this.#workers.delete(name);
      // Who waited for it is gone; what is under way ends, and lies there for who comes back.
      worker.close().catch(() => {});
    }
  }

  #join(name: string, info: QueueInfo): void {
    const { place, models, watch } = this.#options;
    const wanted = info.models.map((model) => model.name).join(', ');
    const why = differenceOfPlaces(place, info.place) ?? missingModel(models, info.models);
    if (why !== null) {
      if (!this.#told.has(name)) watch.onQueue(`no jobs for ${wanted}: ${why}`);
      this.#told.add(name);
      return;
    }
    watch.onQueue(`takes jobs for ${wanted}`);
    this.#workers.set(name, this.#take(name, info));
  }

  #take(name: string, info: QueueInfo): Worker {
    const { registry, jobs, watch, lockSeconds = LOCK_SECONDS, deaths = DEATHS } = this.#options;
    const worker = new Worker(name, (queued) => this.#work(queued, info), {
      connection: registry.connection,
      prefix: PREFIX,
      concurrency: jobs,
      lockDuration: 1000 * lockSeconds,
      stalledInterval: 500 * lockSeconds,
      maxStalledCount: deaths,
      skipVersionCheck: true,
    });
    worker.on('error', (error) => {
      // The connection tells of itself; a lost lock means that another has the job.
      if (!/lock|Missing|ECONN|Connection|closed|EPIPE|ETIMEDOUT|LOADING/i.test(error.message))
        watch.onTrouble(error.message);
    });
    return worker;
  }

  async #work(queued: QueuedJob, info: QueueInfo): Promise<null> {
    // A worker died in it, perhaps of it: the next one does nothing else meanwhile.
    if (queued.stalledCounter > 0) return this.#alone(queued, () => this.#do(queued, info));
    return this.#do(queued, info);
  }

  async #do(queued: QueuedJob, info: QueueInfo): Promise<null> {
    this.#active += 1;
    try {
      const id = queued.id as string;
      const result = await this.#resultOf(queued.data, info, id);
      await this.#options.registry.putResult(id, JSON.stringify(result));
      this.#done += 1;
      return null;
    } catch (error) {
      this.#failed += 1;
      if (!(error instanceof ServerGone)) throw error;
      this.#rest(info);
      if (queued.attemptsStarted >= MOST_STARTS) throw error;
      return await giveBack(queued);
    } finally {
      this.#active -= 1;
      for (const resolve of this.#onEnd.splice(0)) resolve();
    }
  }

  /** Does the work when all else here has ended, and takes no further jobs until it has. */
  async #alone(queued: QueuedJob, work: () => Promise<null>): Promise<null> {
    if (this.#isAlone) return giveBack(queued);
    this.#isAlone = true;
    const workers = [...this.#workers.values()];
    try {
      await Promise.all(workers.map((worker) => worker.pause(true)));
      await this.#idle();
      return await work();
    } finally {
      this.#isAlone = false;
      if (this.#resting === null) resumeAll(workers);
    }
  }

  async #resultOf(data: unknown, info: QueueInfo, id: string): Promise<JobResult> {
    const parsed = jobSchema.safeParse(data);
    if (!parsed.success) throw new UnrecoverableError('the job is not one of this version of greenloop');
    const job = parsed.data;
    const task = await this.#task(job.task);
    const watched = job.watched ? await watchJob(this.#options.registry, id) : null;
    try {
      return await this.#runJob(job, task, info, watched);
    } catch (error) {
      if (error instanceof ServerGone || !(error instanceof Refusal)) throw error;
      return { refused: error.message };
    } finally {
      watched?.close();
    }
  }

  async #runJob(job: Job, task: Task, info: QueueInfo, watched: WatchedJob | null): Promise<JobResult> {
    const { model, sandbox, place, watch } = this.#options;
    const cache = new NotedCache();
    for (const { key, completion } of job.known) cache.found.set(key, completion as Completion);
    const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
    const identities = new Map(info.models.map(({ name, identity }) => [name, identity]));
    const specs = job.pipelines.map((spec) => parseKeptPipeline(spec, 'a pipeline of the queue'));
    const planned = specs.map((spec) => ({ spec, task, repeat: job.repeat }));
    const services = {
      model: withCache(model, identities, { cache, reuse }),
      sandbox: await CachedSandbox.around(sandbox, { cache, judge: place.judge }),
      parallel: planned.length,
      grading: job.grading,
      deadline: watched?.deadline,
    };
    const { seed, timeoutSeconds } = job;
    const trials: Trial[] = [];
    for await (const event of runTrialsHere(planned, { seed, timeoutSeconds }, services)) {
      if (event.kind !== 'trial-ended') {
        watched?.tell(event);
        continue;
      }
      refuseDeadServer(event.trial);
      trials.push(event.trial);
      watch.onTrial(event.trial);
    }
    const completions = [...cache.completions].map(([key, completion]) => ({ key, completion }));
    const verdicts = [...cache.verdicts].map(([key, verdict]) => ({ key, verdict }));
    return { trials, completions, verdicts, reuse };
  }

  async #task(hash: string): Promise<Task> {
    const known = this.#tasks.get(hash);
    if (known !== undefined) return known;
    const json = await this.#options.registry.task(hash);
    const task = json === null ? null : readTaskJson(json, hash);
    if (task === null) throw new UnrecoverableError('no such task lies beside the queue');
    if (this.#tasks.size >= MOST_TASKS) this.#tasks.delete(this.#tasks.keys().next().value as string);
    this.#tasks.set(hash, task);
    return task;
  }

  /** Other workers may still have a server that answers: this one takes nothing until its own does. */
  #rest({ models }: QueueInfo): void {
    this.#resting ??= (async () => {
      const workers = [...this.#workers.values()];
      const { watch, restSeconds = REST_SECONDS } = this.#options;
      const { signal } = this.#stopping;
      watch.onTrouble('a model server is gone; no further jobs until it answers');
      await Promise.allSettled(workers.map((worker) => worker.pause(true)));
      do await sleep(restSeconds, signal).catch(() => {});
      while (!signal.aborted && !(await this.#areThere(models)));
      this.#resting = null;
      if (!signal.aborted) watch.onTrouble('the model server answers again');
      if (!this.#isAlone) resumeAll(workers);
    })();
  }

  async #areThere(models: QueueInfo['models']): Promise<boolean> {
    const { model } = this.#options;
    const preparing = models.map(({ name }) => model(name).prepare(this.#stopping.signal));
    return (await Promise.allSettled(preparing)).every(({ status }) => status === 'fulfilled');
  }
}

/** Puts a job back for any worker, which is no try of it. */
async function giveBack(queued: QueuedJob): Promise<never> {
  await queued.moveToDelayed(Date.now() + 500, queued.token);
  throw new DelayedError();
}

function resumeAll(workers: readonly Worker[]): void {
  for (const worker of workers) worker.resume().catch(() => {});
}

/** A trial that only this machine's server broke is no result: another worker may have one. */
function refuseDeadServer(trial: Trial): void {
  const { fault } = factsOf(trial);
  if (fault?.kind === 'model: unreachable') throw new ServerGone(fault.message);
}
