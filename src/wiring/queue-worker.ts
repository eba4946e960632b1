import { GreenloopError, Refusal } from '../base/errors.ts';
import { matchesGlob } from '../base/glob.ts';
import { sha256 } from '../base/hash.ts';
import { listedModels } from '../models/listed-models.ts';
import type { Model, ServerNotices } from '../models/model.ts';
import { isDigest } from '../queue/matching.ts';
import { QueueWorker, type WorkerModel, type WorkerWatch } from '../queue/queue-worker.ts';
import { connectRedis } from '../queue/redis.ts';
import type { RedisAddress } from '../queue/redis-address.ts';
import { Registry } from '../queue/registry.ts';
import { placeOf } from './cluster.ts';
import { modelPlaces, modelServers, openModels } from './models.ts';
import { openSandbox } from './sandbox.ts';
import type { Settings } from './settings.ts';

export interface WorkerRequest {
  readonly address: RedisAddress;
  /** Which models; null: all of the servers, but none that greenloop runs itself. */
  readonly models: string | null;
  /** Programs that run at the same time. */
  readonly parallel?: number | undefined;
}

/** Who is told of a worker. */
export interface WorkerNotices extends WorkerWatch {
  readonly notices: ServerNotices;
  readonly onFallback: (line: string) => void;
  /** It is ready, with these models. */
  readonly onReady: (worker: QueueWorker) => void;
}

/** Opens models and a sandbox, does jobs until aborted, ends those under way, and closes everything. Throws a Refusal where no model is here. */
export async function workOnQueue(
  { address, models: glob, parallel }: WorkerRequest,
  settings: Settings,
  watch: WorkerNotices,
  signal: AbortSignal,
): Promise<void> {
  const redis = await connectRedis(address, watch.onTrouble);
  try {
    const { models, model } = await openHere(glob, settings, watch, signal);
    const sandbox = await openSandbox(settings, parallel, watch.onFallback);
    try {
      const slots = settings.slots ?? 1;
      const place = placeOf(await sandbox.isolation());
      const options = {
        registry: new Registry(redis, address),
        place,
        models,
        model,
        sandbox,
        slots,
        jobs: jobsFor(slots),
        watch,
      };
      const worker = new QueueWorker(options);
      watch.onReady(worker);
      await worker.run(signal);
    } finally {
      await sandbox.close();
    }
  } finally {
    redis.disconnect();
  }
}

/** One more than a model server answers at once, so that it never waits for a sandbox; more would leave less to other workers in the end. */
function jobsFor(slots: number): number {
  return slots + 1;
}

async function openHere(glob: string | null, settings: Settings, watch: WorkerNotices, signal: AbortSignal) {
  const places = glob === null ? modelServers(settings) : modelPlaces(settings);
  const listed = (await Promise.all(places.map((place) => listedModels(place, signal)))).flatMap((list) => list ?? []);
  const names = [...new Set(listed.map(({ name }) => name))].filter((name) => isWanted(name, glob));
  const opened = new Map<string, Model>();
  const models: WorkerModel[] = [];
  for (const name of names) {
    try {
      const model = (await openModels([name], settings, signal, watch.notices))(name);
      models.push({ name, identity: publicIdentity((await model.identity?.(signal)) ?? null) });
      opened.set(name, model);
    } catch (error) {
      if (!(error instanceof GreenloopError)) throw error;
      watch.onTrouble(`${name} cannot be used: ${error.message}`);
    }
  }
  if (models.length === 0)
    throw new Refusal(glob === null ? 'no model server answers here' : `no model here is called ${glob}`, {
      choice: 'model',
    });
  return { models, model: (name: string) => opened.get(name) as Model };
}

/** Others read it: an address may hold a password. Digests of weights stay as they are. */
function publicIdentity(identity: string | null): string | null {
  return identity === null || isDigest(identity) ? identity : `server ${sha256(identity).slice(0, 32)}`;
}

function isWanted(name: string, glob: string | null): boolean {
  if (glob !== null) return matchesGlob(name, glob);
  return !/^(?:gguf|starter|scripted)\//.test(name);
}
