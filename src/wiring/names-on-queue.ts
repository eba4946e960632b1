import { connectRedis } from '../queue/redis.ts';
import type { RedisAddress } from '../queue/redis-address.ts';
import { Registry } from '../queue/registry.ts';

/** The models of all workers of a queue, as `provider/name`, each once. Throws a Refusal where no Redis answers. */
export async function namesOnQueue(address: RedisAddress): Promise<string[]> {
  const redis = await connectRedis(address, () => {});
  try {
    const workers = await new Registry(redis, address).workers();
    return [...new Set(workers.flatMap(({ models }) => models.map(({ name }) => name)))];
  } finally {
    redis.disconnect();
  }
}
