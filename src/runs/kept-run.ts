import { hashOf } from '../base/hash.ts';
import type { Experiment } from './experiment.ts';
import { planHash, planRun, type RunPlan, taskHash } from './run-plan.ts';
import type { RunStore, TrialToStore } from './run-store.ts';
import { outcomeOf, parseTrial, type Trial } from './trial.ts';

/** An experiment that is kept as a run while it goes on: every trial as soon as it has ended, the summary at the end. */
export class KeptRun {
  readonly id: string;
  readonly #store: RunStore;
  readonly #pipelines: ReadonlyMap<string, TrialToStore['pipeline']>;
  readonly #tasks: ReadonlyMap<string, TrialToStore['task']>;

  private constructor(store: RunStore, id: string, { pipelines, benchmark }: Experiment) {
    this.id = id;
    this.#store = store;
    // Rivals may differ in their names alone, so the name is in the hash.
    this.#pipelines = new Map(pipelines.map((spec) => [spec.name, { hash: hashOf(spec), text: JSON.stringify(spec) }]));
    this.#tasks = new Map(
      benchmark.tasks.map((task) => {
        const { id } = task.prompt;
        return [id, { id, hash: taskHash(task), text: JSON.stringify(task.prompt) }];
      }),
    );
  }

  /**
   * Begins the run of an experiment, or goes on with it where one of the same plan is there; null where the store fails. Earlier
   * trials are dropped if `isFresh`, and where a model cannot say who it is: it may answer otherwise now.
   */
  static async begin(
    store: RunStore,
    experiment: Experiment,
    { isFresh, plan: made }: { readonly isFresh: boolean; readonly plan?: RunPlan },
  ): Promise<KeptRun | null> {
    const plan = made ?? (await planRun(experiment));
    const keepTrials = !isFresh && plan.models.every(({ identity }) => identity !== null);
    const id = store.begin({ hash: planHash(plan), text: JSON.stringify(plan) }, { keepTrials });
    return id === null ? null : new KeptRun(store, id, experiment);
  }

  /** The trials that it holds, one after the other: those of now, and of before where they have not ended anew. */
  *trials(): Generator<Trial> {
    for (const text of this.#store.trials(this.id)) {
      const trial = parseTrial(text);
      if (trial !== null) yield trial;
    }
  }

  add(trial: Trial): void {
    const { taskId, repeat } = trial.trace;
    const [pipeline, task] = [this.#pipelines.get(trial.pipeline), this.#tasks.get(taskId)];
    if (pipeline === undefined || task === undefined) throw new TypeError(`${taskId} is no trial of this run`);
    this.#store.saveTrial(this.id, {
      pipeline,
      task,
      repeat,
      outcome: outcomeOf(trial),
      trial: JSON.stringify(trial),
    });
  }

  /** `summary` is kept as it is; `trials` are those that should have been kept. */
  finish(summary: unknown, { complete, trials }: { readonly complete: boolean; readonly trials: number }): void {
    const state = complete ? 'complete' : 'stopped';
    this.#store.finish(this.id, { state, trials, summary: JSON.stringify(summary) });
  }
}
