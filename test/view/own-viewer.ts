import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../src/runs/plan.ts';
import type { RunWriter } from '../../src/runs/run-store.ts';
import type { Trial } from '../../src/runs/trial.ts';
import { SqliteLedger } from '../../src/store/sqlite-ledger.ts';
import { serveRuns } from '../../src/view/serve-view.ts';
import { beginningOf, placesOf, trialAt } from '../store/stored-trials.ts';

/** A viewer of a ledger of its own, at an address of this machine. */
export class OwnViewer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'greenloop-view-'));
  readonly #ledger = new SqliteLedger(join(this.#folder, 'ledger.db'));
  #server: Awaited<ReturnType<typeof serveRuns>> | null = null;

  async start(): Promise<void> {
    this.#server = await serveRuns(this.#ledger.runs, { host: '127.0.0.1', port: 0 });
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#server?.close(0);
    this.#ledger.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Begins the run of a plan. */
  async begin(plan: Plan): Promise<RunWriter> {
    return (await this.#ledger.runs.begin(beginningOf(plan)))!;
  }

  /** A run of every trial of a plan; gives its id. */
  async addRun(plan: Plan, trialOf = mixedTrial): Promise<string> {
    const writer = await this.begin(plan);
    const places = placesOf(plan);
    for (const [index, place] of places.entries()) await writer.append(trialOf(place, index));
    await writer.finish({ state: 'complete', trials: places.length, summary: null });
    return writer.id;
  }

  page(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  async text(path: string): Promise<string> {
    return (await this.page(path)).text();
  }
}

const KINDS = [{}, { error: 'KeyError' }, { fault: 'model: timed-out' }, { error: 'TypeError' }, {}, {}, {}] as const;

/** Trials that differ in all that a page can choose and sort by. */
export function mixedTrial(place: Parameters<typeof trialAt>[0], index: number): Trial {
  const answer = `Answer ${index}.`;
  return trialAt(place, { ...KINDS[index % KINDS.length], answer, seconds: (index * 37) % 100, tokens: 1000 - index });
}
