import { Redis } from 'ioredis';
import { Refusal } from '../base/errors.ts';
import type { RedisAddress } from './redis-address.ts';

const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 2000;

/**
 * Connects to Redis; what is asked while it is away waits until it is back, and `onTrouble` hears of it once each time. Throws a Refusal where
 * none answers at first.
 */
export async function connectRedis({ url, place }: RedisAddress, onTrouble: (line: string) => void): Promise<Redis> {
  await probe(url, place);
  const redis = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: CONNECT_MS, retryStrategy: pauseAfter });
  hearOf(redis, (error) =>
    onTrouble(`the queue at ${place} does not answer (${reasonOf(error)}); waiting until it is back`),
  );
  return redis;
}

/** Tells of the first trouble after the connection was ready. */
function hearOf(redis: Redis, onFirst: (error: unknown) => void): void {
  let isTold = false;
  redis.on('ready', () => {
    isTold = false;
  });
  redis.on('error', (error) => {
    if (!isTold) onFirst(error);
    isTold = true;
  });
}

async function probe(url: string, place: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
  });
  const seen: unknown[] = [];
  redis.on('error', (error) => seen.push(error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new Refusal(`no Redis can be used at ${place} (${reasonOf(seen[0] ?? error)})`, {
      choice: 'queue',
      cause: error,
    });
  } finally {
    // One that has ended would keep the process for two seconds.
    if (redis.status !== 'end') redis.disconnect();
  }
}

function pauseAfter(times: number): number {
  return Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(times, 10));
}

/** In a few words, which hold no address. */
function reasonOf(error: unknown): string {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (/WRONGPASS|NOAUTH|NOPERM/.test(message)) return 'it wants another user or password';
  return code ?? (message.split('\n')[0]?.slice(0, 80) || 'no reason given');
}
