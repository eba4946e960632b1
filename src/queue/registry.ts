import type { Redis } from 'ioredis';
import { sleep } from '../base/concurrency.ts';
import { parseSafely, type QueueInfo, queueSchema, type WorkerInfo, workerSchema } from './protocol.ts';
import type { RedisAddress } from './redis-address.ts';

/** How often somebody says that he is still there, and after which silence he is not. */
const BEAT_SECONDS = 2;
const SILENCE_SECONDS = 10;
/** What nobody fetches is dropped after a day. */
const KEPT_SECONDS = 86_400;

/** All keys of greenloop in Redis begin so; BullMQ's own as well. */
export const PREFIX = 'greenloop';
const WORKERS = `${PREFIX}:workers`;
const QUEUES = `${PREFIX}:queues`;

/** What is said of one job while a worker does it: what happens in it, and that it is to end. */
export interface Channel {
  readonly of: 'events' | 'ending';
  readonly job: string;
}

function channelName({ of, job }: Channel): string {
  return `${PREFIX}:${of}:${job}`;
}

/** What lies in Redis beside the jobs: who works, which queues there are, tasks and results. */
export class Registry {
  readonly redis: Redis;
  /** For BullMQ, which opens connections of its own and closes them. */
  readonly connection: { readonly url: string; readonly maxRetriesPerRequest: null };

  #subscriber: Redis | null = null;
  readonly #listeners = new Map<string, (text: string) => void>();

  constructor(redis: Redis, { url }: RedisAddress) {
    this.redis = redis;
    this.connection = { url, maxRetriesPerRequest: null };
  }

  /** Says again and again what `info` gives, until aborted; then it is gone. */
  announceWorker(info: () => WorkerInfo, signal: AbortSignal): Promise<void> {
    return this.#announce(WORKERS, info().id, () => JSON.stringify(info()), signal);
  }

  /** The same of a queue that somebody waits for. */
  announceQueue(name: string, info: QueueInfo, signal: AbortSignal): Promise<void> {
    return this.#announce(QUEUES, name, () => JSON.stringify(info), signal);
  }

  /** Those that are there, by what they say; who writes something else is none. */
  async workers(): Promise<WorkerInfo[]> {
    const all = await this.#present(WORKERS);
    return all.flatMap(([, json]) => parseSafely(workerSchema, json) ?? []);
  }

  /** By name. */
  async queues(): Promise<Map<string, QueueInfo>> {
    const all = await this.#present(QUEUES);
    return new Map(
      all.flatMap(([name, json]) => {
        const info = parseSafely(queueSchema, json);
        return info === null ? [] : [[name, info] as const];
      }),
    );
  }

  /** Keeps the JSON of a task for the workers. */
  async putTask(hash: string, json: string): Promise<void> {
    await this.redis.set(`${PREFIX}:task:${hash}`, json, 'EX', KEPT_SECONDS);
  }

  task(hash: string): Promise<string | null> {
    return this.redis.get(`${PREFIX}:task:${hash}`);
  }

  async putResult(job: string, json: string): Promise<void> {
    await this.redis.set(`${PREFIX}:result:${job}`, json, 'EX', KEPT_SECONDS);
  }

  result(job: string): Promise<string | null> {
    return this.redis.get(`${PREFIX}:result:${job}`);
  }

  async dropResult(job: string): Promise<void> {
    await this.redis.del(`${PREFIX}:result:${job}`);
  }

  /** Tells those who listen now; nobody else ever hears of it. */
  async publish(channel: Channel, text: string): Promise<void> {
    await this.redis.publish(channelName(channel), text);
  }

  /** Listens until the function that it gives is called. */
  async subscribe(channel: Channel, onText: (text: string) => void): Promise<() => void> {
    const subscriber = this.#subscriber ?? this.#openSubscriber();
    const name = channelName(channel);
    this.#listeners.set(name, onText);
    await subscriber.subscribe(name);
    return () => {
      this.#listeners.delete(name);
      subscriber.unsubscribe(name).catch(() => {});
    };
  }

  /** Who listens can ask nothing on the same connection. */
  #openSubscriber(): Redis {
    const subscriber = this.redis.duplicate();
    this.#subscriber = subscriber;
    subscriber.on('error', () => {});
    subscriber.on('message', (name: string, text: string) => this.#listeners.get(name)?.(text));
    this.redis.once('end', () => subscriber.disconnect());
    return subscriber;
  }

  /** A hash of what is said beside a set of when it was said, by Redis's own clock. */
  async #announce(key: string, name: string, json: () => string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Redis may be away for a moment, or say that it is still loading.
      await this.#say(key, name, json()).catch(() => {});
      await sleep(BEAT_SECONDS, signal).catch(() => {});
    }
    if (this.redis.status !== 'ready') return;
    const gone = this.redis.multi().hdel(key, name).zrem(`${key}:seen`, name).exec();
    await gone.catch(() => {});
  }

  async #say(key: string, name: string, json: string): Promise<void> {
    const now = await this.#seconds();
    await this.redis.multi().hset(key, name, json).zadd(`${key}:seen`, now, name).exec();
  }

  async #present(key: string): Promise<[string, string][]> {
    const now = await this.#seconds();
    const silent = await this.redis.zrangebyscore(`${key}:seen`, '-inf', now - SILENCE_SECONDS);
    if (silent.length > 0)
      await this.redis
        .multi()
        .hdel(key, ...silent)
        .zrem(`${key}:seen`, ...silent)
        .exec();
    return Object.entries(await this.redis.hgetall(key));
  }

  async #seconds(): Promise<number> {
    const [seconds] = await this.redis.time();
    return Number(seconds);
  }
}
