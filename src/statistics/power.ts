import { mean, standardDeviation } from './describe.ts';
import { type Interval, LEVEL, normalDistance, studentQuantile } from './interval.ts';
import { Random } from './random.ts';
import { signFlipTest } from './sign-flip.ts';

/** A difference is found where so many of 100 experiments show it. */
const POWER = 0.8;
/** 80 % quantile of the normal distribution. */
const FOUND = 0.841_621_233_572_914_3;
/** With fewer tasks not even all of them together make the sign-flip test say that there is a difference. */
const FEWEST_TASKS = 6;
/** What sums of equal values may differ by. */
export const ROUNDING = 1e-9;
const EXPERIMENTS = { most: 250, least: 40 };
/** So many pairs are simulated at each size of the difference, as far as the numbers of experiments allow. */
const PAIRS = 100_000;
/** How alike two pairs of one task are in what a better pipeline gains, at least: as alike as passes of one task are with small models. */
const LIKENESS_OF_GAINS = 0.6;
/** Halvings after which the difference is known to half a point. */
const HALVINGS = 8;
const SEED = 1;

/**
 * The smallest true difference that an experiment like this one shows in 80 of 100 cases at this level, 5 % where none is given; null where the tasks are too few
 * to show any. Found by simulation with the sign-flip test itself: changes are as frequent as they would be without a difference, spread
 * over tasks as those seen are (Beta-binomial distributions, by moments), and beside them come as many gains as make the difference.
 * Given one list a task, one number a pair: 1 a gain, -1 a loss, 0 neither.
 */
export function smallestDifference(tasks: readonly (readonly number[])[], level = LEVEL): number | null {
  const drawn = tasks.filter(({ length }) => length > 0);
  if (drawn.length < FEWEST_TASKS) return null;
  const world = { ...worldOf(drawn), level };
  let [below, above] = [0, 1];
  if (!isFound(above, world)) return null;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (isFound(middle, world)) above = middle;
    else below = middle;
  }
  return above;
}

/** What an experiment shows of how pairs change. */
interface World {
  /** Pairs of each task. */
  readonly pairs: readonly number[];
  /** The share of pairs that gain or lose where there is no difference. */
  readonly churn: number;
  /** How alike pairs of one task are in whether they change, and changes of one task in their direction: 0 not at all, 1 quite. */
  readonly alike: { readonly change: number; readonly direction: number };
  /** Of the test. */
  readonly level: number;
}

function worldOf(tasks: readonly (readonly number[])[]): Omit<World, 'level'> {
  const pairs = tasks.map(({ length }) => length);
  const changed = tasks.map((own) => own.filter((value) => value !== 0).length);
  const nets = tasks.map(sum);
  const change = sum(changed) / sum(pairs);
  const alike = { change: likenessOfChange(changed, pairs), direction: likenessOfDirection(nets, changed) };
  const rates = nets.map((net, index) => net / (pairs[index] as number));
  const error = (standardDeviation(rates) ?? 0) / Math.sqrt(tasks.length);
  // What the difference seen owes to luck is no part of the true one.
  const difference = Math.sqrt(Math.max(0, (mean(rates) ?? 0) ** 2 - error ** 2));
  return { pairs, alike, churn: Math.max(0, change - difference) };
}

/** Intraclass correlation by moments: of pairs of one task, both of which change. 1 where nothing tells: then a repeat adds nothing. */
function likenessOfChange(changed: readonly number[], pairs: readonly number[]): number {
  const share = sum(changed) / sum(pairs);
  const twos = sum(pairs.map((count) => count * (count - 1)));
  const both = sum(changed.map((count) => count * (count - 1)));
  const variance = share * (1 - share);
  return twos === 0 || variance === 0 ? 1 : clamped((both / twos - share ** 2) / variance);
}

/** So many pairs of changes, all of one direction, are counted beside those seen: few changes tell little of their likeness. */
const CAUTION = 2;

/** The same of the direction of two changes of one task. */
function likenessOfDirection(nets: readonly number[], changed: readonly number[]): number {
  const lean = sum(nets) / Math.max(1, sum(changed));
  const twos = sum(changed.map((count) => count * (count - 1))) + CAUTION;
  const same = sum(nets.map((net, index) => net ** 2 - (changed[index] as number))) + CAUTION;
  return lean ** 2 >= 1 ? 1 : clamped((same / twos - lean ** 2) / (1 - lean ** 2));
}

/** Whether enough of the simulated experiments show a true difference of this size. The same random numbers for every size. */
function isFound(difference: number, { pairs, alike, level, ...world }: World): boolean {
  const random = Random.of(SEED);
  const likeness = Math.max(alike.change, LIKENESS_OF_GAINS);
  // What gains leave no room for does not change to and fro.
  const churn = Math.min(world.churn, 1 - difference);
  const gain = difference === 0 ? 0 : difference / (1 - churn);
  const netOf = (count: number) => {
    const changes = hitsOf(count, drawAround(churn, alike.change, random), random);
    const gains = changes === 0 ? 0 : hitsOf(changes, drawAround(1 / 2, alike.direction, random), random);
    return 2 * gains - changes + hitsOf(count - changes, drawAround(gain, likeness, random), random);
  };
  const experiments = Math.max(EXPERIMENTS.least, Math.min(EXPERIMENTS.most, Math.ceil(PAIRS / sum(pairs))));
  let shown = 0;
  for (let made = 1; made <= experiments; made++) {
    shown += Number(isShown(pairs.map(netOf), level));
    if (made % LOOK === 0 && isDecided(shown, made)) return shown > POWER * made;
  }
  return shown >= POWER * experiments;
}

/** How far below and above the quantile, in standard errors, the test need not be computed. */
const [SURELY_NOT, SURELY] = [0.46, 1.04];

function isShown(nets: readonly number[], level: number): boolean {
  const total = sum(nets);
  const beyond = total / Math.sqrt(Math.max(1, sum(nets.map((net) => net ** 2)))) - normalDistance(level / 2);
  if (beyond < -SURELY_NOT || beyond > SURELY) return beyond > SURELY;
  return signFlipTest(nets) <= level;
}

/** Experiments after which it is looked whether more could change the answer. */
const LOOK = 10;

function isDecided(shown: number, made: number): boolean {
  return Math.abs(shown - POWER * made) > 3 * Math.sqrt(POWER * (1 - POWER) * made);
}

function hitsOf(count: number, chance: number, random: Random): number {
  let hits = 0;
  for (let one = 0; one < count; one++) hits += Number(random.chance(chance));
  return hits;
}

/** The chance of one task, of a Beta distribution with this mean and this likeness of two draws of a task. */
function drawAround(chance: number, likeness: number, random: Random): number {
  if (chance <= 0 || chance >= 1 || likeness <= LEAST_LIKENESS) return chance;
  const strength = 1 / likeness - 1;
  return strength === 0 ? Number(random.chance(chance)) : random.beta(strength * chance, strength * (1 - chance));
}

const LEAST_LIKENESS = 1e-4;

/** How many repeats show a difference; `more tasks` where no number of them does on these. */
export type Repeats = number | 'more tasks';

/**
 * With how many repeats a true difference would be shown that is as large as its interval allows, though no fewer than there are, and as small;
 * null where that may be none at all.
 */
export interface RepeatsNeeded {
  readonly least: Repeats;
  readonly most: Repeats | null;
}

/** See repeatsToShow. Null where repeats or tasks are fewer than two, or where nothing differs. */
export function repeatsNeeded(draws: readonly (readonly number[])[], { low, high }: Interval): RepeatsNeeded | null {
  const least = repeatsToShow(draws, Math.max(high, -low));
  const smallest = Math.max(0, low, -high);
  if (least === null) return null;
  const measured = Math.max(...draws.map(({ length }) => length));
  return {
    least: least === 'more tasks' ? least : Math.max(least, measured),
    most: smallest === 0 ? null : repeatsToShow(draws, smallest),
  };
}

/**
 * With how many repeats 80 of 100 such experiments would show a difference of this size on these tasks, given one list of differences a
 * task, one a repeat. What tasks differ by in themselves, no repeat takes away. Null where repeats or tasks are fewer than two, or where
 * there is no difference.
 */
export function repeatsToShow(draws: readonly (readonly number[])[], difference: number): Repeats | null {
  if (difference === 0 || draws.length < 2 || draws.some(({ length }) => length < 2)) return null;
  if (draws.length < FEWEST_TASKS) return 'more tasks';
  const { ofDraws, ofTasks } = variancesOf(draws);
  const room = draws.length * (difference / (studentQuantile(draws.length - 1) + FOUND)) ** 2 - ofTasks;
  return room <= 0 ? 'more tasks' : Math.max(1, Math.ceil(ofDraws / room));
}

/**
 * Which part of the variance of the mean difference comes from how tasks differ: more repeats on the same tasks do not lower it. Given one list
 * of differences a task, one a repeat; null where repeats or tasks are fewer than two, or nothing varies.
 */
export function taskPart(draws: readonly (readonly number[])[]): number | null {
  if (draws.length < 2 || draws.some(({ length }) => length < 2)) return null;
  const { ofMeans, ofTasks } = variancesOf(draws);
  return ofMeans + ofTasks === 0 ? null : ofTasks / (ofMeans + ofTasks);
}

/** Variances of one draw within its task, of a task's mean that owes to its draws, and of what tasks truly come to. */
function variancesOf(draws: readonly (readonly number[])[]) {
  const within = draws.map((own) => (standardDeviation(own) ?? 0) ** 2);
  const ofMeans = mean(within.map((variance, index) => variance / (draws[index]?.length ?? 1))) ?? 0;
  const seen = (standardDeviation(draws.map((own) => mean(own) ?? 0)) ?? 0) ** 2;
  return { ofDraws: mean(within) ?? 0, ofMeans, ofTasks: Math.max(0, seen - ofMeans) };
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
