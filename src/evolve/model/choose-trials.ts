import type { Random } from '../../statistics/random.ts';
import { genomeAt, type PlannedTrial, type SearchRecord } from '../racing/search-record.ts';
import type { SearchProblem } from '../strategy.ts';
import type { PosteriorSample } from './posterior-sample.ts';

/** What is known when trials are chosen. */
interface TrialChoice {
  readonly record: SearchRecord;
  readonly samples: readonly PosteriorSample[];
  readonly random: Random;
  /** Trials that each genome is to get. */
  readonly shares: ReadonlyMap<number, number>;
}

/** What a trial of a certain outcome is worth beside the variance of an uncertain one: the model may be wrong. */
const LEAST_WORTH = 0.2;

/**
 * Tasks for each genome's trials, drawn by what they are worth a call: the less certain the outcome and the fewer calls it takes, the more;
 * less where the genome has had the task.
 */
export function chooseTrials(
  { searchTasks }: SearchProblem,
  { record, samples, random, shares }: TrialChoice,
): PlannedTrial[] {
  return [...shares].flatMap(([genome, count]) => {
    const done = repeatsOf(record, genome);
    const worth = worthOf(samples, record, genome, searchTasks);
    const weights = searchTasks.map((task, place) => (worth[place] ?? 0) / (1 + (done.get(task) ?? 0)) ** 2);
    return drawWeighted(weights, count, random).map((place) => {
      const task = searchTasks[place] ?? 0;
      const repeat = done.get(task) ?? 0;
      done.set(task, repeat + 1);
      return { genome, task, repeat };
    });
  });
}

/** Variance of the outcome on each task, by the calls that the trial is expected to take. */
function worthOf(
  samples: readonly PosteriorSample[],
  record: SearchRecord,
  genome: number,
  tasks: readonly number[],
): Float64Array {
  const own = genomeAt(record, genome);
  const [chance, calls] = [new Float64Array(tasks.length), new Float64Array(tasks.length)];
  for (const sample of samples) {
    const expected = sample.expectations(own, tasks, record.hashes[genome]);
    for (let place = 0; place < tasks.length; place++) {
      chance[place] = (chance[place] as number) + (expected.solved[place] as number) / samples.length;
      calls[place] = (calls[place] as number) + (expected.calls[place] as number) / samples.length;
    }
  }
  return chance.map((share, place) => (share * (1 - share) + LEAST_WORTH) / (calls[place] as number));
}

/** Places drawn without replacement, each by its weight; all again where there are too few. */
function drawWeighted(weights: readonly number[], count: number, random: Random): number[] {
  const keyed = weights.map((weight, place) => ({ place, key: -Math.log(1 - random.uniform()) / weight }));
  const order = keyed.sort((one, other) => one.key - other.key).map(({ place }) => place);
  return Array.from({ length: order.length === 0 ? 0 : count }, (_, index) => order[index % order.length] ?? 0);
}

/** Repeats that a genome has had of each task. */
function repeatsOf(record: SearchRecord, genome: number): Map<number, number> {
  const done = new Map<number, number>();
  for (const trial of record.trials) {
    if (trial.genome === genome) done.set(trial.task, Math.max(done.get(trial.task) ?? 0, trial.repeat + 1));
  }
  return done;
}
