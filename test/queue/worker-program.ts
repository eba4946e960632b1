// A worker in a process of its own whose jobs are soon another's: node worker-program.ts '{"url": REDIS, "ollama": URL, ...}'
// Says "ready" when it takes jobs; SIGTERM drains it.
import { QueueWorker } from '../../src/queue/queue-worker.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { Registry } from '../../src/queue/registry.ts';
import { placeOf } from '../../src/wiring/cluster.ts';
import { openModels } from '../../src/wiring/models.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';

export interface WorkerProgramOptions {
  readonly url: string;
  readonly ollama: string;
  readonly lockSeconds: number;
  readonly jobs: number;
}

const { url, ollama, lockSeconds, jobs } = JSON.parse(process.argv[2] ?? '') as WorkerProgramOptions;
const NAME = 'ollama/llama3.2:3b';
const tell = (line: string) => process.stderr.write(`${line}\n`);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const settings = readSettings({}, { ...process.env, OLLAMA_HOST: ollama });
const redis = await connectRedis(parseRedisAddress(url), tell);
const model = await openModels([NAME], settings);
const sandbox = await openSandbox(settings, 1);
const worker = new QueueWorker({
  registry: new Registry(redis, parseRedisAddress(url)),
  place: placeOf(await sandbox.isolation()),
  models: [{ name: NAME, identity: (await model(NAME).identity?.()) ?? null }],
  model,
  sandbox,
  slots: 1,
  jobs,
  lockSeconds,
  restSeconds: 0.5,
  watch: { onQueue: tell, onTrouble: tell, onTrial: () => {} },
});
process.stdout.write('ready\n');
await worker.run(stop.signal);
await sandbox.close();
redis.disconnect();
