import { Refusal } from '../base/errors.ts';
import type { Task } from '../tasks/task.ts';
import { isRepeatable, type Plan, placesIn } from './plan.ts';
import { RunFolder, refuseSharedFolder } from './run-folder.ts';
import type { RunEnd, RunStore, RunWriter } from './run-store.ts';
import type { Trial } from './trial.ts';
import { factsOf, type TrialFacts } from './trial-facts.ts';

/** Where the trials of a run go; what is left out gets none of them. */
export interface RunPlaces {
  readonly store?: RunStore;
  /** Folder for the files of the run. */
  readonly folder?: string;
  /** Drops the trials that an earlier run of the plan stored. They are dropped, too, where a model cannot say who it is. */
  readonly isFresh?: boolean;
}

interface OpenPlaces {
  readonly store: RunStore | null;
  readonly writer: RunWriter | null;
  readonly files: RunFolder | null;
}

/** A plan, and what has come of it so far. */
export class Run {
  readonly plan: Plan;
  readonly #places: OpenPlaces;
  readonly #placeOf: ReturnType<typeof placesIn>;
  /** By the place of the trial in the plan. */
  readonly #facts: TrialFacts[] = [];

  private constructor(plan: Plan, places: OpenPlaces) {
    this.plan = plan;
    this.#places = places;
    this.#placeOf = placesIn(plan);
  }

  /**
   * Begins the run of a plan of these tasks, or goes on with it. Throws a Refusal where the folder is that of another run, or where another
   * process may be writing it.
   */
  static async begin(plan: Plan, tasks: readonly Task[], places: RunPlaces = {}): Promise<Run> {
    const { store = null, folder, isFresh = false } = places;
    const prompts = tasks.map(({ prompt }) => prompt);
    const writer = (await store?.begin({ plan, prompts, keepTrials: !isFresh && isRepeatable(plan) })) ?? null;
    if (folder === undefined) return new Run(plan, { store, writer, files: null });
    if (writer === null) refuseSharedFolder(folder);
    return new Run(plan, { store, writer, files: new RunFolder(folder, plan) });
  }

  /** Under which id the store keeps it; null where it does not. */
  get id(): string | null {
    return this.#places.writer?.id ?? null;
  }

  /** Path of its files; null where there are none. */
  get folder(): string | null {
    return this.#places.files?.path ?? null;
  }

  /** Stores a trial and writes it into the files. Throws a Refusal where another process has taken the run over. */
  async append(trial: Trial): Promise<void> {
    await this.#places.writer?.append(trial);
    this.#add(trial);
  }

  /** Takes in the trials that an earlier start stored and this one has not run, up to the first that cannot be read. */
  async takeEarlier(): Promise<void> {
    const { store, writer } = this.#places;
    if (store === null || writer === null) return;
    for await (const trial of readable(store.trials(writer.id))) {
      if (this.#facts[this.#placeIn(trial)] === undefined) this.#add(trial);
    }
  }

  /** Facts of the trials so far, in the order of the plan. */
  facts(): TrialFacts[] {
    return this.#facts.filter((facts) => facts !== undefined);
  }

  /** Stores and writes how it ended. */
  async finish(state: RunEnd['state'], summary: unknown): Promise<void> {
    const { files, writer } = this.#places;
    try {
      files?.finish(summary);
    } finally {
      await writer?.finish({ state, trials: this.facts().length, summary });
    }
  }

  #add(trial: Trial): void {
    this.#places.files?.add(trial);
    this.#facts[this.#placeIn(trial)] = factsOf(trial);
  }

  #placeIn({ pipeline, trace: { taskId, repeat } }: Trial): number {
    const place = this.#placeOf(pipeline, taskId, repeat);
    if (place === null) throw new TypeError(`${taskId} is no trial of this run`);
    return place;
  }
}

/** The trials up to the first that cannot be read: a store that fails ends no run. */
async function* readable(trials: AsyncIterable<Trial>): AsyncGenerator<Trial> {
  try {
    yield* trials;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
