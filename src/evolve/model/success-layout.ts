import type { SearchProblem } from '../strategy.ts';
import { draftTrait, type Feature, feature, repairTrait } from './success-features.ts';

/** Variance of tasks as drafts and repairs find them: what all models share, what each has to itself, the covariance of the shared. */
export interface TaskVariances {
  readonly draft: number;
  readonly repair: number;
  readonly both: number;
  readonly ownDraft: number;
  readonly ownRepair: number;
}

/** Where each feature, task and trait stands among the parameters. */
export class Layout {
  readonly columns = new Map<string, number>();
  readonly kinds: string[] = [];
  readonly tasks: readonly number[];
  readonly traits: readonly string[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #difficulty: readonly number[];

  constructor({ pool, searchTasks, selectionTasks, difficulty }: SearchProblem) {
    this.tasks = [...searchTasks, ...selectionTasks];
    this.#places = new Map(this.tasks.map((task, place) => [task, place]));
    this.traits = [...pool.models.generator.map(draftTrait), ...pool.models.refiner.map(repairTrait)];
    const known = this.tasks.map((task) => difficulty[task] ?? 0.5);
    const middle = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    this.#difficulty = known.map((value) => 2 * (value - middle));
  }

  columnOf({ kind, key }: Feature): number {
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    this.columns.set(key, this.kinds.length);
    return this.kinds.push(kind) - 1;
  }

  placeOf(task: number): number {
    return this.#places.get(task) ?? 0;
  }

  /** The guess of a task's difficulty, about 0, as a part of the draft's logit or of a repair's. */
  guess(trait: string, place: number): Feature {
    const kind = isDraft(trait) ? 'draft guess' : 'repair guess';
    return feature(kind, '', this.difficultyAt(place));
  }

  difficultyAt(place: number): number {
    return this.#difficulty[place] ?? 0;
  }

  /** Covariance of a task's traits, row by row. */
  covariance(tasks: TaskVariances): Float64Array {
    const size = this.traits.length;
    return Float64Array.from({ length: size * size }, (_, index) => {
      const one = this.traits[Math.floor(index / size)] ?? '';
      const other = this.traits[index % size] ?? '';
      if (isDraft(one) !== isDraft(other)) return tasks.both;
      const shared = isDraft(one) ? tasks.draft : tasks.repair;
      return shared + (one === other ? (isDraft(one) ? tasks.ownDraft : tasks.ownRepair) : 0);
    });
  }
}

/** Whether a trait is one of drafts, not of repairs. */
export function isDraft(trait: string): boolean {
  return trait.startsWith('draft ');
}
