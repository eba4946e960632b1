import { Channel } from '../base/channel.ts';
import { atMost } from '../base/concurrency.ts';
import { type Fault, InternalFault, Refusal } from '../base/errors.ts';
import { hashOf, sha256 } from '../base/hash.ts';
import type { Cache } from '../cache/cache.ts';
import type { Reuse } from '../cache/cached-model.ts';
import { CachedSandbox } from '../cache/cached-sandbox.ts';
import { modelsOf } from '../pipeline/pipeline-spec.ts';
import { costOf, faultKind } from '../pipeline/trace.ts';
import { type TrialEvent, trialEventSchema } from '../runs/event.ts';
import type { PlannedTrial } from '../runs/plan.ts';
import type { TrialSettings } from '../runs/run-trial.ts';
import type { TrialRunner } from '../runs/services.ts';
import { endOfTrial, runTrialsHere } from '../runs/start-run.ts';
import type { Trial } from '../runs/trial.ts';
import type { Isolation, Sandbox } from '../sandbox/sandbox.ts';
import type { Task } from '../tasks/task.ts';
import { ModelElsewhere, NotedCache, NotKnown, SandboxElsewhere, withCache } from './known-answers.ts';
import { type Job, type Place, parseSafely } from './protocol.ts';
import { type JobEnd, LONGEST_END_SECONDS, QueuedJobs, type QueuedJobsOptions, type WantedJob } from './queued-jobs.ts';
import { taskJson } from './task-json.ts';

export interface QueueRunnerOptions extends QueuedJobsOptions {
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
  /** Nothing that was found out before is taken over. */
  readonly isFresh: boolean;
}

/** How long a worker has at the end of a job's time to send what it has. */
const LAST_SECONDS = 3;

type JobSettings = TrialSettings & Pick<Job, 'grading'>;

/** What ends trials: with this reason, or with what there is by then. */
interface Ends {
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal | undefined;
}

/**
 * Runs trials on the workers of a queue. A job is a task in one repeat; what the cache knows whole is no job. Every job has an id of all that
 * decides it, and counts once, however often it was begun.
 */
export class QueueRunner implements TrialRunner {
  readonly #options: QueueRunnerOptions;
  readonly #jobs: QueuedJobs;
  readonly #closing = new AbortController();
  readonly #tasks = new WeakMap<Task, { readonly hash: string; readonly text: string }>();
  readonly #known: Promise<Sandbox>;
  readonly #nonce: string;

  constructor(options: QueueRunnerOptions) {
    this.#options = options;
    this.#jobs = new QueuedJobs(options);
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
    await this.#jobs.close();
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
      else {
        channel.give(startOf(one));
        channel.give({ kind: 'trial-ended', trial });
      }
    }
    if (open.length === 0) return;
    const known = [...found].map(([key, completion]) => ({ key, completion }));
    for (const one of open) channel.give(startOf(one));
    const trials = await this.#ask(open, { ...settings, known }, ends, channel);
    for (const one of open) channel.give({ kind: 'trial-ended', trial: trials.get(one) as Trial });
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
    ends: Ends,
    channel: Channel<TrialEvent>,
  ): Promise<Map<PlannedTrial, Trial>> {
    const { place, identities } = this.#options;
    const { task, repeat } = planned[0] as PlannedTrial;
    const { hash, text } = this.#taskText(task);
    const { seed, timeoutSeconds, grading, known } = settings;
    const pipelines = planned.map(({ spec }) => spec);
    const watched = ends.deadline !== undefined;
    const job: Job = { task: hash, repeat, pipelines, seed, timeoutSeconds, grading, watched, known };
    const models = this.#options.groupOf(pipelines.flatMap(modelsOf));
    const queue = { place, models: models.map((name) => ({ name, identity: identities.get(name) ?? null })) };
    // One that somebody reads along with is nobody else's.
    const nonce = watched ? crypto.randomUUID() : this.#nonce;
    const id = hashOf([hashOf(queue), nonce, { ...job, known: null }]);
    const wanted = { id, queue, job, taskText: text };
    if (ends.deadline === undefined) return this.#take(planned, await this.#jobs.end(wanted, ends.signal));
    return this.#watch(planned, wanted, { signal: ends.signal, deadline: ends.deadline }, channel);
  }

  /** Gives what happens in a job meanwhile, and ends it at its deadline with what there is by then. */
  async #watch(
    planned: readonly PlannedTrial[],
    wanted: WantedJob,
    { signal, deadline }: Required<Ends> & { readonly deadline: AbortSignal },
    channel: Channel<TrialEvent>,
  ): Promise<Map<PlannedTrial, Trial>> {
    const { registry } = this.#options;
    const { id: job } = wanted;
    const late = new AbortController();
    let patience: NodeJS.Timeout | undefined;
    const end = () => {
      registry.publish({ of: 'ending', job }, '').catch(() => {});
      // No worker may have it, or it may be one that is gone.
      patience = setTimeout(() => late.abort(deadline.reason), 1000 * LAST_SECONDS);
    };
    const stop = await registry.subscribe({ of: 'events', job }, (text) => {
      const event = parseSafely(trialEventSchema, text);
      if (event !== null && isDuring(event, planned)) channel.give(event);
    });
    deadline.addEventListener('abort', end, { once: true });
    if (deadline.aborted) end();
    try {
      return this.#take(planned, await this.#jobs.end(wanted, AbortSignal.any([signal, late.signal])));
    } catch (error) {
      if (!late.signal.aborted || signal.aborted) throw error;
      return new Map(planned.map((one) => [one, emptyTrial(one, null)]));
    } finally {
      clearTimeout(patience);
      deadline.removeEventListener('abort', end);
      stop();
    }
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
}

function startOf({ spec, task, repeat }: PlannedTrial): TrialEvent {
  return { kind: 'trial-started', pipeline: spec.name, taskId: task.prompt.id, repeat };
}

/** Whether an event is of one of these trials, between its start and its end. */
function isDuring(event: TrialEvent, planned: readonly PlannedTrial[]): boolean {
  if (event.kind === 'trial-started' || event.kind === 'trial-ended') return false;
  return planned.some(
    ({ spec, task, repeat }) =>
      event.pipeline === spec.name && event.taskId === task.prompt.id && event.repeat === repeat,
  );
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
