import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, ServerGone } from '../base/errors.ts';
import { packageVersion } from '../base/package-root.ts';
import type { ServerNotices } from '../models/model.ts';
import { differenceOfPlaces, haveOtherWeights, isDigest } from '../queue/matching.ts';
import { type Place, PROTOCOL_VERSION, type WorkerInfo } from '../queue/protocol.ts';
import type { Registry } from '../queue/registry.ts';
import type { Isolation } from '../sandbox/sandbox.ts';
import { judgeHash } from './ledger.ts';

const WATCH_MS = 2000;

/** What this machine is, for a queue: all machines of one have to be the same in it. */
export function placeOf({ name, python }: Isolation): Place {
  return { protocol: PROTOCOL_VERSION, greenloop: packageVersion(), sandbox: `${name} ${python}`, judge: judgeHash() };
}

/** The workers whose results would be those of this machine. */
export class Cluster {
  readonly #registry: Registry;
  readonly #place: Place;
  readonly #notices: ServerNotices;
  readonly #told = new Set<string>();
  #jobs = { at: Number.NEGATIVE_INFINITY, count: 1 };

  constructor(registry: Registry, place: Place, notices: ServerNotices) {
    this.#registry = registry;
    this.#place = place;
    this.#notices = notices;
  }

  /** Workers that can be used; why another cannot is said once. */
  async workers(): Promise<WorkerInfo[]> {
    const all = await this.#registry.workers();
    return all.filter((worker) => {
      const why = differenceOfPlaces(this.#place, worker.place);
      if (why !== null && !this.#told.has(worker.id)) this.#notices.note(`the worker ${worker.id} cannot help: ${why}`);
      if (why !== null) this.#told.add(worker.id);
      return why === null;
    });
  }

  /** Waits until each of these models is at some worker. Throws a Refusal that names those that none has. */
  async untilServed(models: readonly string[], seconds: number, signal?: AbortSignal): Promise<WorkerInfo[]> {
    for (const start = performance.now(); ; ) {
      const workers = await this.workers();
      const missing = missingOf(models, workers);
      if (missing.length === 0) return workers;
      const names = missing.join(', ');
      if (performance.now() - start > 1000 * seconds)
        throw new Refusal(`no worker has ${names}; start one that has on a machine with its server`, {
          choice: 'server-wait',
        });
      this.#notices.waiting(`waiting for a worker that has ${names}`);
      await wait(500, undefined, signal && { signal });
    }
  }

  /** Watches that each model stays at some worker, until aborted. Throws ServerGone where one is at none for so long. */
  async watch(models: readonly string[], seconds: number, signal: AbortSignal): Promise<void> {
    for (let gone: number | null = null; ; ) {
      await wait(WATCH_MS, undefined, { signal });
      const missing = missingOf(models, await this.workers());
      if (missing.length === 0) {
        if (gone !== null) this.#notices.note('workers are there again; the run continues');
        gone = null;
        continue;
      }
      if (gone === null)
        this.#notices.note(`no worker has ${missing.join(', ')} any more; the run waits up to ${seconds} s for one`);
      gone ??= performance.now();
      if (performance.now() - gone > 1000 * seconds)
        throw new ServerGone(`no worker has had ${missing.join(', ')} for ${seconds} s; start one`);
    }
  }

  /** What decides the answers of each model, the same at all workers. Throws a Refusal where two have other weights under one name. */
  identities(models: readonly string[], workers: readonly WorkerInfo[]): Map<string, string | null> {
    return new Map(
      models.map((name) => {
        const own = workers.flatMap((worker) => {
          const model = worker.models.find((one) => one.name === name);
          return model === undefined ? [] : [{ worker, identity: model.identity }];
        });
        const [first] = own.toSorted((one, other) => compareText(one.identity, other.identity));
        const other = own.find(({ identity }) => haveOtherWeights(identity, first?.identity ?? null));
        if (first !== undefined && other !== undefined)
          throw new Refusal(
            `${name} has other weights at ${first.worker.host} than at ${other.worker.host}; pull the same ones, or let only one of them serve it`,
          );
        if (own.length > 1 && !isDigest(first?.identity ?? null))
          this.#notices.note(
            `${name} is at ${own.length} workers that do not tell its weights; they are taken to be the same`,
          );
        return [name, first?.identity ?? null];
      }),
    );
  }

  /** Jobs that all workers do at once; asked anew after two seconds. */
  async jobs(): Promise<number> {
    if (performance.now() - this.#jobs.at < 2000) return this.#jobs.count;
    const workers = await this.workers();
    this.#jobs = { at: performance.now(), count: workers.reduce((sum, { jobs }) => sum + jobs, 0) };
    return this.#jobs.count;
  }
}

function missingOf(models: readonly string[], workers: readonly WorkerInfo[]): string[] {
  return models.filter((name) => !workers.some((worker) => worker.jobs > 0 && has(worker, name)));
}

/** Which models one job is for: all, where a worker has all; else those of each pipeline alone. */
export function groupsFor(
  models: readonly string[],
  workers: readonly WorkerInfo[],
): (own: readonly string[]) => string[] {
  const all = models.toSorted();
  const isWhole = workers.some((worker) => all.every((name) => has(worker, name)));
  return (own) => (isWhole ? all : [...new Set(own)].toSorted());
}

function has(worker: WorkerInfo, name: string): boolean {
  return worker.models.some((model) => model.name === name);
}

function compareText(one: string | null, other: string | null): number {
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
