// A worker of the bench: node bench/cluster/worker.ts '{"url": REDIS, "callMs": 250, "isReal": true, "jobs": 4}'; SIGTERM ends it.
import { QueueWorker } from '../../src/queue/queue-worker.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { Registry } from '../../src/queue/registry.ts';
import { placeOf } from '../../src/wiring/cluster.ts';
import { type ClusterWork, IDENTITY, MODEL, modelOf, sandboxFor } from './parts.ts';

const work = JSON.parse(process.argv[2] ?? '') as ClusterWork;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const tell = (line: string) => process.stderr.write(`${line}\n`);
const redis = await connectRedis(parseRedisAddress(work.url), tell);
const sandbox = await sandboxFor(work);
const model = modelOf(work.callMs);
const worker = new QueueWorker({
  registry: new Registry(redis, parseRedisAddress(work.url)),
  place: placeOf(await sandbox.isolation()),
  models: [{ name: MODEL, identity: IDENTITY }],
  model: () => model,
  sandbox,
  slots: 1,
  jobs: work.jobs,
  watch: { onQueue: () => {}, onTrouble: tell, onTrial: () => {} },
});
await worker.run(stop.signal);
await sandbox.close();
redis.disconnect();
