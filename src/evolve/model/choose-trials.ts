import type { Random } from '../../statistics/random.ts';
import { genomeAt, type PlannedTrial, type SearchRecord } from '../racing/search-record.ts';
import type { SearchProblem } from '../strategy.ts';
import { KnownCalls } from './known-calls.ts';
import type { PosteriorSample } from './posterior-sample.ts';

/** What is known when trials are chosen. */
export interface TrialChoice {
  readonly record: SearchRecord;
  readonly samples: readonly PosteriorSample[];
  readonly random: Random;
  /** Trials that each genome is to get. */
  readonly shares: ReadonlyMap<number, number>;
}

/** Samples that tell how uncertain an outcome is. */
const SAMPLES = 6;
/** What a trial of a certain outcome is worth beside the variance of an uncertain one: the model may be wrong. */
const LEAST_WORTH = 0.04;

/**
 * Tasks and repeats for each genome's trials, drawn by what they are worth a call: the less certain the outcome and the fewer calls it takes,
 * the more. Calls that another genome has made in that repeat cost nothing, so repairs are often tried on drafts that are known to have failed.
 */
export function chooseTrials({ searchTasks }: SearchProblem, { record, samples, random, shares }: TrialChoice) {
  const known = new KnownCalls(record);
  const done = new Set(record.trials.map(({ genome, task, repeat }) => `${genome} ${task} ${repeat}`));
  return [...shares].flatMap(([genome, count]) => {
    const own = genomeAt(record, genome);
    const chances = meanCallChances(samples.slice(0, SAMPLES), record, genome, searchTasks);
    const way = known.wayOf(own);
    const options = searchTasks.flatMap((task, place): (PlannedTrial & { readonly worth: number })[] => {
      const repeats = Array.from({ length: known.repeatsOf(task) + 1 }, (_, repeat) => repeat);
      const had = repeats.filter((repeat) => done.has(`${genome} ${task} ${repeat}`)).length;
      const best = repeats
        .filter((repeat) => !done.has(`${genome} ${task} ${repeat}`))
        .map((repeat) => {
          const from = known.knownOf(way, task, repeat);
          return { repeat, worth: from === null ? 0 : worthOf(chances, way, { place, from }) };
        })
        .reduce((top, other) => (other.worth > top.worth ? other : top), { repeat: -1, worth: 0 });
      return best.worth === 0 ? [] : [{ genome, task, repeat: best.repeat, worth: best.worth / (1 + had) ** 2 }];
    });
    return drawWeighted(options, count, random).map(({ genome: tried, task, repeat }) => ({
      genome: tried,
      task,
      repeat,
    }));
  });
}

/** Of a trial whose first calls are known to fail: the variance of its outcome, by the calls that it is expected to take. */
function worthOf(
  chances: readonly Float64Array[],
  way: readonly { readonly asks: number }[],
  { place, from }: { readonly place: number; readonly from: number },
): number {
  let [open, calls] = [1, 0];
  for (let call = from; call < way.length; call++) {
    calls += open * (way[call]?.asks ?? 1);
    open *= 1 - (chances[call]?.[place] ?? 0);
  }
  return (open * (1 - open) + LEAST_WORTH) / calls;
}

function meanCallChances(
  samples: readonly PosteriorSample[],
  record: SearchRecord,
  genome: number,
  tasks: readonly number[],
): Float64Array[] {
  const all = samples.map((sample) => sample.callChances(genomeAt(record, genome), tasks, record.hashes[genome]));
  const [first = []] = all;
  return first.map((chances, call) =>
    chances.map((_, place) => all.reduce((sum, own) => sum + (own[call]?.[place] ?? 0), 0) / all.length),
  );
}

/** Drawn without replacement, each by its worth. */
function drawWeighted<Option extends { readonly worth: number }>(
  options: readonly Option[],
  count: number,
  random: Random,
): Option[] {
  const keyed = options.map((option) => ({ option, key: -Math.log(1 - random.uniform()) / option.worth }));
  return keyed
    .sort((one, other) => one.key - other.key)
    .slice(0, count)
    .map(({ option }) => option);
}
