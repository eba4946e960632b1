import { Queue, type Job as QueuedJob, QueueEvents } from 'bullmq';
import { Channel } from '../base/channel.ts';
import { atMost, sleep, untilAborted } from '../base/concurrency.ts';
import { type Fault, InternalFault, Refusal } from '../base/errors.ts';
import { hashOf, sha256 } from '../base/hash.ts';
import type { Cache } from '../cache/cache.ts';
import type { Reuse } from '../cache/cached-model.ts';
import { CachedSandbox } from '../cache/cached-sandbox.ts';
import { modelsOf } from '../pipeline/pipeline-spec.ts';
import { costOf, faultKind } from '../pipeline/trace.ts';
import type { TrialEvent } from '../runs/event.ts';
import type { PlannedTrial } from '../runs/plan.ts';
import type { TrialSettings } from '../runs/run-trial.ts';
import type { TrialRunner } from '../runs/services.ts';
import { endOfTrial, runTrialsHere } from '../runs/start-run.ts';
import type { Trial } from '../runs/trial.ts';
import type { Isolation, Sandbox } from '../sandbox/sandbox.ts';
import type { Task } from '../tasks/task.ts';
import { ModelElsewhere, NotedCache, NotKnown, SandboxElsewhere, withCache } from './known-answers.ts';
import { type Job, type JobResult, type Place, parseSafely, type QueueInfo, resultSchema } from './protocol.ts';
import { PREFIX, type Registry } from './registry.ts';
import { taskJson } from './task-json.ts';

export interface QueueRunnerOptions {
  readonly registry: Registry;
  /** Where what is known is looked up, and what workers found out is kept. */
  readonly cache: Cache;
  /** Grows with every answer that did not have to be asked for. */
  readonly reuse: Reuse;
  readonly place: Place;
  readonly isolation: Isolation;
  /** Which models are here by name, and what decides their answers. */
  readonly identities: ReadonlyMap<string, string | null>;
  /** Which models are to be asked by one worker, that which is asked for one among them. */
  readonly groupOf: (models: readonly string[]) => readonly string[];
  /** Jobs that wait or are under way at the same time. */
  readonly backlog: () => Promise<number>;
  /** How often a job is begun before it is given up. */
  readonly tries: number;
  /** Nothing that was found out before is taken over. */
  readonly isFresh: boolean;
  /** Between two looks at what became of the jobs; events come at once. */
  readonly lookSeconds?: number | undefined;
}

type JobSettings = TrialSettings & Pick<Job, 'grading'>;
type JobEnd = JobResult | { readonly failed: string };

/** A job that waits or is under way, and what it comes to. */
interface Waiting {
  readonly id: string;
  readonly queue: Queue;
  readonly job: Job;
  readonly taskText: string;
  readonly end: Promise<JobEnd>;
  readonly settle: (end: JobEnd) => void;
  /** Who still wants it. */
  askers: number;
  /** How often it was put into the queue. */
  added: number;
}

/** What ends trials: with this reason, or with what there is by then. */
interface Ends {
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal | undefined;
}

/** How long ago a job must have been added before it is looked for. */
const GRACE_LOOKS = 1;
/** How often a job is put into the queue that loses it, or that workers answer with something else. */
const MOST_ADDED = 10;
/** How long an end waits for Redis. */
const LONGEST_END_SECONDS = 0.3;
/** BullMQ keeps this many events for who was away; results lie elsewhere. */
const MOST_EVENTS = 1000;
const LOOK_SECONDS = 3;

/**
 * Runs trials on the workers of a queue. A job is a task in one repeat; what the cache knows whole is no job. Every job has an id of all that
 * decides it, and counts once, however often it was begun.
 */
export class QueueRunner implements TrialRunner {
  readonly #options: QueueRunnerOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #events: QueueEvents[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #missed = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #tasks = new WeakMap<Task, { readonly hash: string; readonly text: string }>();
  readonly #put = new Set<string>();
  readonly #known: Promise<Sandbox>;
  readonly #nonce: string;
  #looking: Promise<void> | null = null;
  readonly #announced: Promise<void>[] = [];
  readonly #tidying = new Set<Promise<unknown>>();

  constructor(options: QueueRunnerOptions) {
    this.#options = options;
    this.#nonce = options.isFresh ? crypto.randomUUID() : '';
    this.#known = CachedSandbox.around(new SandboxElsewhere(options.isolation), {
      cache: options.cache,
      judge: options.place.judge,
    });
  }

  async *run(
    planned: readonly PlannedTrial[],
    settings: TrialSettings,
    { grading = 'first', deadline, signal }: Parameters<TrialRunner['run']>[2],
  ): AsyncGenerator<TrialEvent> {
    this.#looking ??= this.#lookAgainAndAgain();
    const channel = new Channel<TrialEvent>();
    const watched = new AbortController();
    const ending = AbortSignal.any([...(signal ? [signal] : []), this.#closing.signal, watched.signal]);
    const stop = () => channel.fail(ending.reason);
    ending.addEventListener('abort', stop, { once: true });
    const ends = { signal: ending, deadline };
    const work = this.#runParts(this.#partsOf(planned), { ...settings, grading }, channel, ends).then(
      () => channel.close(),
      (error: unknown) => channel.fail(error),
    );
    try {
      ending.throwIfAborted();
      yield* channel;
    } finally {
      // Who watches may have had enough: those that are still waited for are nobody's any more.
      channel.close();
      watched.abort();
      await atMost(LONGEST_END_SECONDS, work);
    }
  }

  /** Ends what is under way with this error. */
  fail(error: unknown): void {
    this.#closing.abort(error);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Refusal('the queue was closed'));
    await atMost(LONGEST_END_SECONDS, Promise.all([this.#looking, ...this.#tidying]));
    const closed = Promise.allSettled([
      ...this.#announced,
      ...this.#events.map((events) => events.close()),
      ...[...this.#queues.values()].map((queue) => queue.close()),
    ]);
    // Redis may be away.
    await atMost(LONGEST_END_SECONDS, closed);
  }

  /** Trials of one task, repeat and group of models: one job, in which drafts stay shared. */
  #partsOf(planned: readonly PlannedTrial[]): IterableIterator<readonly PlannedTrial[]> {
    const key = ({ spec, task, repeat }: PlannedTrial) =>
      JSON.stringify([task.prompt.id, repeat, this.#options.groupOf(modelsOf(spec))]);
    return Map.groupBy(planned, key).values();
  }

  async #runParts(
    parts: Iterable<readonly PlannedTrial[]>,
    settings: JobSettings,
    channel: Channel<TrialEvent>,
    ends: Ends,
  ): Promise<void> {
    let underway = 0;
    let failure: { readonly error: unknown } | null = null;
    let ended = Promise.withResolvers<void>();
    const run = async (part: readonly PlannedTrial[]) => {
      try {
        await this.#runPart(part, settings, channel, ends);
      } catch (error) {
        failure ??= { error };
      }
      underway -= 1;
      ended.resolve();
      ended = Promise.withResolvers();
    };
    const fewerThan = async (most: number) => {
      while (underway >= most && failure === null) await ended.promise;
      if (failure !== null) throw failure.error;
    };
    for (const part of parts) {
      ends.signal.throwIfAborted();
      await fewerThan(await this.#options.backlog());
      underway += 1;
      void run(part);
      await channel.taken();
    }
    await fewerThan(1);
  }

  async #runPart(
    part: readonly PlannedTrial[],
    settings: JobSettings,
    channel: Channel<TrialEvent>,
    ends: Ends,
  ): Promise<void> {
    const found: NotedCache['found'] = new Map();
    const open: PlannedTrial[] = [];
    for (const one of part) {
      const trial = await this.#replay(one, settings, found);
      if (trial === null) open.push(one);
      else give(channel, one, trial);
    }
    if (open.length === 0) return;
    const known = [...found].map(([key, completion]) => ({ key, completion }));
    const trials = await this.#ask(open, { ...settings, known }, ends);
    for (const one of open) give(channel, one, trials.get(one) as Trial);
  }

  /** The trial where everything in it was asked and run before; else null, with the answers that are known noted. */
  async #replay(
    planned: PlannedTrial,
    { seed, timeoutSeconds, grading }: JobSettings,
    found: NotedCache['found'],
  ): Promise<Trial | null> {
    const { cache, identities, reuse } = this.#options;
    const noted = new NotedCache(cache);
    const own = { calls: 0, promptTokens: 0, completionTokens: 0 };
    const elsewhere = (name: string) => new ModelElsewhere(name, identities.get(name) ?? null);
    const model = withCache(elsewhere, identities, { cache: noted, reuse: own });
    const services = { model, sandbox: await this.#known, parallel: 1, grading };
    try {
      const trial = await endOfTrial(runTrialsHere([planned], { seed, timeoutSeconds }, services));
      addReuse(reuse, own);
      return trial;
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      for (const [key, completion] of noted.found) found.set(key, completion);
      return null;
    }
  }

  async #ask(
    planned: readonly PlannedTrial[],
    settings: JobSettings & Pick<Job, 'known'>,
    { signal, deadline }: Ends,
  ): Promise<Map<PlannedTrial, Trial>> {
    const { task, repeat } = planned[0] as PlannedTrial;
    const { hash, text } = this.#taskText(task);
    const { seed, timeoutSeconds, grading, known } = settings;
    const pipelines = planned.map(({ spec }) => spec);
    const job: Job = { task: hash, repeat, pipelines, seed, timeoutSeconds, grading, known };
    const queue = await this.#queueFor(this.#options.groupOf(pipelines.flatMap(modelsOf)));
    const id = hashOf([queue.name, this.#nonce, { ...job, known: null }]);
    const waiting = this.#waiting.get(id) ?? this.#begin({ id, queue, job, taskText: text });
    waiting.askers += 1;
    try {
      const first = AbortSignal.any(deadline === undefined ? [signal] : [signal, deadline]);
      return this.#take(planned, await untilAborted(() => waiting.end, first));
    } catch (error) {
      if (!deadline?.aborted || signal.aborted) throw error;
      return new Map(planned.map((one) => [one, emptyTrial(one, null)]));
    } finally {
      waiting.askers -= 1;
      if (waiting.askers === 0 && this.#waiting.get(id) === waiting) this.#takeBack(waiting);
    }
  }

  #begin(queued: Omit<Waiting, 'end' | 'settle' | 'askers' | 'added'>): Waiting {
    const { promise: end, resolve: settle, reject } = Promise.withResolvers<JobEnd>();
    const waiting: Waiting = { ...queued, end, settle, askers: 0, added: 0 };
    // Who asks for it may be gone by then.
    end.catch(() => {});
    this.#waiting.set(waiting.id, waiting);
    this.#addUnlessDone(waiting).catch(reject);
    return waiting;
  }

  /** What workers ended while nobody waited for it lies there. */
  async #addUnlessDone(waiting: Waiting): Promise<void> {
    const text = await this.#options.registry.result(waiting.id);
    if (text !== null) return this.#lookAt(waiting.id);
    // One that was given up then is tried anew; one that a worker does stays.
    await waiting.queue.remove(waiting.id);
    await this.#add(waiting);
  }

  /** What a job came to, in the place of each of its trials. */
  #take(planned: readonly PlannedTrial[], end: JobEnd): Map<PlannedTrial, Trial> {
    if ('refused' in end) throw new Refusal(end.refused);
    if ('failed' in end) return new Map(planned.map((one) => [one, lostTrial(one, end.failed)]));
    const { cache, reuse } = this.#options;
    for (const { key, completion } of end.completions) cache.saveCompletion(key, completion);
    for (const { key, verdict } of end.verdicts) cache.saveVerdict(key, verdict);
    addReuse(reuse, end.reuse);
    return new Map(planned.map((one) => [one, trialFor(one, end.trials)]));
  }

  #taskText(task: Task): { readonly hash: string; readonly text: string } {
    const known = this.#tasks.get(task);
    if (known !== undefined) return known;
    const text = taskJson(task);
    const made = { hash: sha256(text), text };
    this.#tasks.set(task, made);
    return made;
  }

  async #queueFor(models: readonly string[]): Promise<Queue> {
    const { registry, place, identities } = this.#options;
    const info: QueueInfo = { place, models: models.map((name) => ({ name, identity: identities.get(name) ?? null })) };
    const name = hashOf(info);
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue(name, {
      connection: registry.connection,
      prefix: PREFIX,
      streams: { events: { maxLen: MOST_EVENTS } },
    });
    this.#queues.set(name, queue);
    const events = new QueueEvents(name, { connection: registry.connection, prefix: PREFIX });
    // The connection tells of itself.
    queue.on('error', () => {});
    events.on('error', () => {});
    events.on('completed', ({ jobId }) => this.#lookAt(jobId));
    events.on('failed', ({ jobId }) => this.#lookAt(jobId));
    this.#events.push(events);
    this.#announced.push(registry.announceQueue(name, info, this.#closing.signal).catch(() => {}));
    return queue;
  }

  async #add(waiting: Waiting): Promise<void> {
    const { id, queue, job, taskText } = waiting;
    const { registry, tries } = this.#options;
    waiting.added += 1;
    if (!this.#put.has(job.task)) {
      await registry.putTask(job.task, taskText);
      this.#put.add(job.task);
    }
    const options = {
      jobId: id,
      attempts: tries,
      backoff: { type: 'fixed', delay: 1000 },
      stackTraceLimit: 1,
    } as const;
    await queue.add('trials', job, { ...options, removeOnComplete: { age: 86_400 }, removeOnFail: { age: 86_400 } });
  }

  /** Events may be lost, and so may all that Redis holds: what became of the jobs is looked up as well. */
  async #lookAgainAndAgain(): Promise<void> {
    const { signal } = this.#closing;
    const { lookSeconds = LOOK_SECONDS } = this.#options;
    while (!signal.aborted) {
      await sleep(lookSeconds, signal).catch(() => {});
      if (signal.aborted) return;
      await Promise.all([...this.#waiting.keys()].map((id) => this.#lookAt(id, true)));
    }
  }

  async #lookAt(id: string, isRoutine = false): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    try {
      const end = await this.#endOf(waiting, isRoutine);
      if (end === null || this.#waiting.get(id) !== waiting) return;
      this.#waiting.delete(id);
      this.#missed.delete(id);
      waiting.settle(end);
      this.#tidy(() => this.#forget(waiting));
    } catch {
      // Redis may be away for a moment; the next look finds it.
    }
  }

  /** Null of a job that has not ended; one that Redis has lost is added again. */
  async #endOf(waiting: Waiting, isRoutine: boolean): Promise<JobEnd | null> {
    const { id, queue, job } = waiting;
    const { registry } = this.#options;
    const text = await registry.result(id);
    const result = parseSafely(resultSchema, text);
    if (result !== null) return result;
    const kept = await queue.getJob(id);
    const state = await kept?.getState();
    if (kept !== undefined && state === 'failed') {
      if (!isWithoutTask(kept)) return { failed: kept.failedReason ?? 'no reason was given' };
    } else if (kept !== undefined && state !== 'completed' && state !== 'unknown') {
      this.#missed.delete(id);
      return null;
    }
    if (!isRoutine) return null;
    const missed = (this.#missed.get(id) ?? 0) + 1;
    this.#missed.set(id, missed);
    if (missed <= GRACE_LOOKS) return null;
    if (waiting.added >= MOST_ADDED) return { failed: 'what workers send of it is no result' };
    // Without its task, completed without a result, or gone: Redis was restarted without what it held, or a worker sent something else.
    this.#put.delete(job.task);
    this.#missed.delete(id);
    if (text !== null) await registry.dropResult(id);
    await kept?.remove();
    await this.#add(waiting);
    return null;
  }

  /** Takes back what no worker has begun; what one has begun ends, and lies there for who comes back. */
  #takeBack({ id, queue }: Waiting): void {
    this.#waiting.delete(id);
    this.#missed.delete(id);
    if (this.#options.registry.redis.status !== 'ready') return;
    this.#tidy(() => queue.remove(id));
  }

  /** Done meanwhile, and before the end if Redis is there. */
  #tidy(work: () => Promise<unknown>): void {
    const tidying = work()
      .catch(() => {})
      .finally(() => this.#tidying.delete(tidying));
    this.#tidying.add(tidying);
  }

  /** The result last: who is killed between the two finds it again. */
  async #forget({ id, queue }: Waiting): Promise<void> {
    await queue.remove(id);
    await this.#options.registry.dropResult(id);
  }
}

/** True where no task lay beside the queue: it keeps them for a day, and loses them with all else. */
function isWithoutTask({ failedReason }: Pick<QueuedJob, 'failedReason'>): boolean {
  return /^no such task/.test(failedReason ?? '');
}

function give(channel: Channel<TrialEvent>, { spec, task, repeat }: PlannedTrial, trial: Trial): void {
  channel.give({ kind: 'trial-started', pipeline: spec.name, taskId: task.prompt.id, repeat });
  channel.give({ kind: 'trial-ended', trial });
}

function addReuse(total: Reuse, more: Readonly<Reuse>): void {
  total.calls += more.calls;
  total.promptTokens += more.promptTokens;
  total.completionTokens += more.completionTokens;
}

/** The trial that a worker gives for a planned one; a fault where it gives none. */
function trialFor(planned: PlannedTrial, trials: readonly Trial[]): Trial {
  const { spec, task, repeat } = planned;
  const own = trials.find(
    ({ pipeline, trace }) => pipeline === spec.name && trace.taskId === task.prompt.id && trace.repeat === repeat,
  );
  return own ?? lostTrial(planned, 'its worker sent no such trial');
}

function lostTrial(planned: PlannedTrial, reason: string): Trial {
  return emptyTrial(planned, new InternalFault(`no worker could finish this trial (${reason})`));
}

/** A trial that came to nothing: something broke, or its time was over. */
function emptyTrial({ spec, task, repeat }: PlannedTrial, fault: Fault | null): Trial {
  return {
    pipeline: spec.name,
    trace: {
      taskId: task.prompt.id,
      repeat,
      attempts: [],
      agreement: null,
      unused: [],
      stopReason: fault === null ? 'budget-spent' : 'fault',
      checked: 'nothing',
      cost: costOf([]),
      fault: fault && { kind: faultKind(fault), message: fault.message },
    },
    grades: [],
    repairEffects: [],
  };
}
