import type { Cache } from '../cache/cache.ts';
import type { Reuse } from '../cache/cached-model.ts';
import type { Model, ServerNotices } from '../models/model.ts';
import { ModelElsewhere } from '../queue/known-answers.ts';
import { QueueRunner } from '../queue/queue-runner.ts';
import { connectRedis } from '../queue/redis.ts';
import type { RedisAddress } from '../queue/redis-address.ts';
import { Registry } from '../queue/registry.ts';
import type { TrialRunner } from '../runs/services.ts';
import type { Isolation } from '../sandbox/sandbox.ts';
import { Cluster, groupsFor, placeOf } from './cluster.ts';

export interface QueueRequest {
  /** Of this machine; that of the workers has to be the same. */
  readonly isolation: Isolation;
  readonly cache: Cache;
  readonly reuse: Reuse;
  /** Every model that trials ask. */
  readonly models: readonly string[];
  readonly isFresh: boolean;
  /** How long to wait for workers that have the models. */
  readonly serverWaitSeconds: number;
  readonly notices: ServerNotices;
  readonly signal?: AbortSignal | undefined;
}

/** The workers of a queue. */
export interface JoinedQueue {
  /** Models that say who they are, and that only workers can ask. */
  readonly model: (name: string) => Model;
  readonly runner: TrialRunner;
  readonly close: () => Promise<void>;
}

/** How often a trial is begun before it is given up. */
const TRIES = 3;
/** Jobs that wait, for each that is under way, so that no worker waits for the next. */
const AHEAD = 2;
const LEAST_BACKLOG = 16;
const MOST_BACKLOG = 2000;

/** Waits until workers have all models. Throws a Refusal where no queue or no such worker is there, or weights differ. */
export async function joinQueue(address: RedisAddress, request: QueueRequest): Promise<JoinedQueue> {
  const { isolation, cache, reuse, models, isFresh, serverWaitSeconds, notices, signal } = request;
  const redis = await connectRedis(address, notices.note);
  try {
    const registry = new Registry(redis, address);
    const place = placeOf(isolation);
    const cluster = new Cluster(registry, place, notices);
    const workers = await cluster.untilServed(models, serverWaitSeconds, signal);
    const identities = cluster.identities(models, workers);
    const backlog = async () => Math.min(MOST_BACKLOG, Math.max(LEAST_BACKLOG, AHEAD * (await cluster.jobs())));
    const groupOf = groupsFor(models, workers);
    const parts = { registry, cache, reuse, place, isolation, identities, groupOf, backlog, tries: TRIES, isFresh };
    const runner = new QueueRunner(parts);
    const closing = new AbortController();
    const watching = cluster.watch(models, serverWaitSeconds, closing.signal).catch((error: unknown) => {
      if (!closing.signal.aborted) runner.fail(error);
    });
    const close = async () => {
      closing.abort();
      await runner.close();
      redis.disconnect();
      await watching;
    };
    return { model: (name) => new ModelElsewhere(name, identities.get(name) ?? null), runner, close };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
