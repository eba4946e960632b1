import type { Random } from '../statistics/random.ts';
import type { Task } from '../tasks/task.ts';

/** Places of tasks in their benchmark, each in one part. */
export interface Split {
  readonly search: readonly number[];
  readonly selection: readonly number[];
  /** Touched once, when the search is over. */
  readonly heldOut: readonly number[];
}

/** Of every four tasks of like difficulty two are searched on, one selects, one is held out. */
const PARTS = ['search', 'selection', 'search', 'heldOut'] as const;
/** With fewer tasks a part would say nothing. */
export const FEWEST_TASKS = 8;

/** Splits a benchmark into parts of like difficulty, at random within it. */
export function splitTasks(difficulty: readonly number[], random: Random): Split {
  const order = difficulty.map((_, place) => place).sort((a, b) => (difficulty[a] ?? 0) - (difficulty[b] ?? 0));
  const split = { search: [] as number[], selection: [] as number[], heldOut: [] as number[] };
  for (let first = 0; first < order.length; first += PARTS.length) {
    const parts = random.shuffled(PARTS);
    order.slice(first, first + PARTS.length).forEach((place, index) => {
      split[parts[index] ?? 'search'].push(place);
    });
  }
  return split;
}

/**
 * Tasks in an order drawn at random of which every beginning is as difficult as the whole: the easier and the harder half take turns, and
 * so do their own halves, down to single tasks.
 */
export function drawBalancedOrder(tasks: readonly number[], difficulty: readonly number[], random: Random): number[] {
  const sorted = random.shuffled(tasks).sort((one, other) => (difficulty[one] ?? 0) - (difficulty[other] ?? 0));
  return interleaveHalves(sorted, random);
}

function interleaveHalves(sorted: readonly number[], random: Random): number[] {
  if (sorted.length < 2) return [...sorted];
  const half = Math.floor((sorted.length + random.below(2)) / 2);
  const easier = interleaveHalves(sorted.slice(0, half), random);
  const harder = interleaveHalves(sorted.slice(half), random);
  const turns = Array.from({ length: Math.max(half, sorted.length - half) }, (_, place) =>
    random.shuffled([easier[place], harder[place]]),
  );
  return turns.flat().flatMap((task) => task ?? []);
}

/** A guess of how hard each task is, 0 to 1: its rank by the length of its reference, or of its prompt where it has none. */
export function guessDifficulty(tasks: readonly Task[]): number[] {
  const lengths = tasks.map(({ reference, prompt }) => (reference ?? prompt.text).length);
  const sorted = lengths.toSorted((a, b) => a - b);
  return lengths.map((length) => sorted.indexOf(length) / Math.max(1, lengths.length - 1));
}
