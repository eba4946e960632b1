import { Queue, type Job as QueuedJob, QueueEvents } from 'bullmq';
import { atMost, sleep, untilAborted } from '../base/concurrency.ts';
import { Refusal } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { type Job, type JobResult, parseSafely, type QueueInfo, resultSchema } from './protocol.ts';
import { PREFIX, type Registry } from './registry.ts';

export interface QueuedJobsOptions {
  readonly registry: Registry;
  /** How often a job is begun before it is given up. */
  readonly tries: number;
  /** Between two looks at what became of the jobs; events come at once. */
  readonly lookSeconds?: number | undefined;
}

/** What a job comes to. */
export type JobEnd = JobResult | { readonly failed: string };

/** A job, the queue that it belongs to, and its task as JSON. */
export interface WantedJob {
  readonly id: string;
  readonly queue: QueueInfo;
  readonly job: Job;
  readonly taskText: string;
}

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

/** How long ago a job must have been added before it is looked for. */
const GRACE_LOOKS = 1;
/** How often a job is put into the queue that loses it, or that workers answer with something else. */
const MOST_ADDED = 10;
/** How long an end waits for Redis. */
export const LONGEST_END_SECONDS = 0.3;
/** BullMQ keeps this many events for who was away; results lie elsewhere. */
const MOST_EVENTS = 1000;
const LOOK_SECONDS = 3;

/** The jobs of one run in Redis: puts them there, waits for what they come to, and takes away what nobody waits for. */
export class QueuedJobs {
  readonly #options: QueuedJobsOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #events: QueueEvents[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #missed = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #put = new Set<string>();
  readonly #announced: Promise<void>[] = [];
  readonly #tidying = new Set<Promise<unknown>>();
  #looking: Promise<void> | null = null;

  constructor(options: QueuedJobsOptions) {
    this.#options = options;
  }

  /** What the job comes to; who wants the same job waits for the same. Throws the signal's reason when aborted. */
  async end(wanted: WantedJob, signal: AbortSignal): Promise<JobEnd> {
    this.#looking ??= this.#lookAgainAndAgain();
    const waiting = this.#waiting.get(wanted.id) ?? this.#begin(wanted);
    waiting.askers += 1;
    try {
      return await untilAborted(() => waiting.end, signal);
    } finally {
      waiting.askers -= 1;
      if (waiting.askers === 0 && this.#waiting.get(waiting.id) === waiting) this.#takeBack(waiting);
    }
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

  #begin({ queue, ...wanted }: WantedJob): Waiting {
    const { promise: end, resolve: settle, reject } = Promise.withResolvers<JobEnd>();
    const waiting: Waiting = { ...wanted, queue: this.#queueFor(queue), end, settle, askers: 0, added: 0 };
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

  #queueFor(info: QueueInfo): Queue {
    const { registry } = this.#options;
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
