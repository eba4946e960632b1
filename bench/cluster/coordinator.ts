// The coordinator of the bench: node bench/cluster/coordinator.ts '{"url": REDIS, "trials": 1000, "workers": 2, ...}'; without workers the
// trials run in this process. Prints a line of JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../src/base/concurrency.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { parseRedisAddress } from '../../src/queue/redis-address.ts';
import { Registry } from '../../src/queue/registry.ts';
import type { TrialEvent } from '../../src/runs/event.ts';
import { runTrialsHere } from '../../src/runs/start-run.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { joinQueue } from '../../src/wiring/join-queue.ts';
import { keepAnswers, keepVerdicts } from '../../src/wiring/ledger.ts';
import { type ClusterWork, IDENTITY, MODEL, modelOf, planned, sandboxFor } from './parts.ts';

/** What a run of the bench took. */
export interface ClusterFigures {
  readonly seconds: number;
  /** From the first tenth of the trials to the last: what starts and ends is not in it. */
  readonly steadyPerSecond: number;
  /** CPU seconds of this process. */
  readonly cpuSeconds: number;
  /** MiB of this process at the end of each tenth of the trials. */
  readonly residentMiB: readonly number[];
  /** Most that Redis held at a look of every tenth of the trials, MiB. */
  readonly redisMiB: readonly number[];
  readonly ledgerMiB: number;
}

const MIB = 1 << 20;
const work = JSON.parse(process.argv[2] ?? '') as ClusterWork;
const folder = mkdtempSync(join(tmpdir(), 'greenloop-bench-'));
const ledger = new SqliteLedger(join(folder, 'ledger.db'));
const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
const sandbox = await sandboxFor(work);
const settings = { seed: 1, timeoutSeconds: 60 };
const trials = planned(work.trials);
const redis = work.workers > 0 ? await connectRedis(parseRedisAddress(work.url), () => {}) : null;

async function begin(): Promise<{ events: AsyncIterable<TrialEvent>; close: () => Promise<void> }> {
  if (redis === null) {
    const named = Object.assign(modelOf(work.callMs), { identity: async () => IDENTITY });
    const model = await keepAnswers([MODEL], () => named, { cache: ledger, reuse });
    const kept = await keepVerdicts(sandbox, ledger, { python: null });
    const services = { model, sandbox: kept, parallel: 256 };
    return { events: runTrialsHere(trials, settings, services), close: async () => {} };
  }
  const registry = new Registry(redis, parseRedisAddress(work.url));
  while ((await registry.workers()).length < work.workers) await sleep(0.1);
  const notices = { note: (line: string) => process.stderr.write(`${line}\n`), waiting: () => {} };
  const isolation = await sandbox.isolation();
  const parts = { isolation, cache: ledger, reuse, models: [MODEL], isFresh: false, serverWaitSeconds: 60, notices };
  const joined = await joinQueue(parseRedisAddress(work.url), parts);
  return { events: joined.runner.run(trials, settings, {}), close: joined.close };
}

async function redisMiB(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec((await redis?.info('memory')) ?? '')?.[1] ?? Number.NaN) / MIB;
}

const { events, close } = await begin();
const start = performance.now();
const cpu = process.cpuUsage();
const at: number[] = [];
const [residentMiB, held]: [number[], number[]] = [[], []];
let ended = 0;
for await (const event of events) {
  if (event.kind !== 'trial-ended') continue;
  ended += 1;
  if (event.trial.trace.fault !== null) throw new Error(event.trial.trace.fault?.message);
  if (ended % Math.ceil(work.trials / 10) !== 0) continue;
  at.push(performance.now());
  residentMiB.push(process.memoryUsage().rss / MIB);
  held.push(await redisMiB());
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
const steadyPerSecond = (0.8 * work.trials) / ((at[8]! - at[0]!) / 1000);
await close();
await sandbox.close();
redis?.disconnect();
const { size } = (await import('node:fs')).statSync(join(folder, 'ledger.db'));
const figures: ClusterFigures = {
  ...{ seconds, steadyPerSecond, cpuSeconds: (user + system) / 1e6, residentMiB, redisMiB: held },
  ledgerMiB: size / MIB,
};
if (ended !== work.trials) throw new Error(`${ended} of ${work.trials} trials`);
ledger.close();
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(figures)}\n`);
