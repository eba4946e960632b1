import type { TestContext } from 'node:test';
import { type ScriptAnswer, ScriptedModel } from '../../src/models/scripted/scripted-model.ts';
import { modelsOf, type PipelineSpec } from '../../src/pipeline/pipeline-spec.ts';
import { QueueRunner, type QueueRunnerOptions } from '../../src/queue/queue-runner.ts';
import { QueueWorker, type QueueWorkerOptions } from '../../src/queue/queue-worker.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import type { RedisAddress } from '../../src/queue/redis-address.ts';
import { Registry } from '../../src/queue/registry.ts';
import type { Trial } from '../../src/runs/trial.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { placeOf } from '../../src/wiring/cluster.ts';

/** What the models of the tests say of their weights. */
export const WEIGHTS = '5'.repeat(64);

export type RunnerChanges = Partial<QueueRunnerOptions> & { readonly pipelines: readonly PipelineSpec[] };

/** A registry on a connection of its own, which ends with the test. */
export async function openRegistry(t: TestContext, address: RedisAddress): Promise<Registry> {
  const redis = await connectRedis(address, () => {});
  t.after(() => redis.disconnect());
  return new Registry(redis, address);
}

/** A coordinator's side of a queue, looking often, with an empty ledger; it is closed after the test. */
export async function openRunner(
  t: TestContext,
  address: RedisAddress,
  sandbox: Sandbox,
  { pipelines, ...changes }: RunnerChanges,
): Promise<QueueRunner> {
  const isolation = await sandbox.isolation();
  const names = pipelines.flatMap(modelsOf);
  const runner = new QueueRunner({
    registry: await openRegistry(t, address),
    cache: new SqliteLedger(':memory:'),
    reuse: { calls: 0, promptTokens: 0, completionTokens: 0 },
    place: placeOf(isolation),
    isolation,
    identities: new Map(names.map((name) => [name, WEIGHTS])),
    groupOf: (models) => [...new Set(models)].toSorted(),
    backlog: async () => 16,
    tries: 3,
    isFresh: false,
    lookSeconds: 0.2,
    ...changes,
  });
  t.after(() => runner.close());
  return runner;
}

/** A worker in this process whose models answer so; it is drained after the test, or by what it gives. */
export async function startWorker(
  t: TestContext,
  address: RedisAddress,
  sandbox: Sandbox,
  { answer, models = ['scripted/p'], ...changes }: WorkerChanges,
): Promise<{ worker: QueueWorker; trials: Trial[]; lines: string[]; drain: () => Promise<void> }> {
  const [trials, lines]: [Trial[], string[]] = [[], []];
  const tell = (line: string) => lines.push(line);
  const worker = new QueueWorker({
    registry: await openRegistry(t, address),
    place: placeOf(await sandbox.isolation()),
    models: models.map((name) => ({ name, identity: WEIGHTS })),
    model: (name) => new ScriptedModel(name.replace('scripted/', ''), answer),
    sandbox,
    slots: 1,
    jobs: 2,
    lockSeconds: 1,
    watch: { onQueue: tell, onTrouble: tell, onTrial: (trial) => trials.push(trial) },
    ...changes,
  });
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  const drain = () => {
    stop.abort();
    return running;
  };
  t.after(drain);
  return { worker, trials, lines, drain };
}

export type WorkerChanges = Partial<Omit<QueueWorkerOptions, 'models'>> & {
  readonly answer: ScriptAnswer;
  readonly models?: readonly string[];
};
