import { LEVEL } from './interval.ts';
import { Random } from './random.ts';

/** What a look may say beside others, so that all of them together err no more often than was allowed. */
export interface CorrectedLook {
  /** The level that is left to this look's own test. */
  readonly level: number;
  /** The least level over all looks at which this one shows a difference. */
  readonly correctedP: number;
}

/** As many flips as units allow to try them all, or else so many drawn at random, with the one that was seen. */
const MOST_UNITS = 14;
const FLIPS = 2 ** MOST_UNITS;
const SEED = 1;
/** Halvings after which a p-value is known to 1e-5. */
const HALVINGS = 17;

/**
 * Corrects the last of several looks at growing data by spending the level over them (Lan and DeMets 1983, Biometrika 70, 659-663), with the
 * sign-flip test's own distribution: every unit's sign is flipped in all looks at once. One list a unit: its net, a whole number, at each
 * look, the last one now. `spent`: which part of the level may be spent up to each look; it does not fall.
 */
export function correctForLooks(units: readonly (readonly number[])[], spent: readonly number[]): CorrectedLook {
  const changing = units.filter((nets) => nets.some((net) => net !== 0));
  const looks = flippedSums(changing, spent.length).map(countSizes);
  const seen = sizeSeen(changing);
  const now = looks.at(-1);
  if (now === undefined || seen === 0) return { level: NEVER, correctedP: 1 };
  const least = (level: number) => leastShown(looks, spent, level);
  const size = least(LEVEL);
  return {
    level: size === null ? NEVER : now.tail(size),
    correctedP: leastLevel((level) => seen >= (least(level) ?? Infinity)),
  };
}

/** Instead of a level at which nothing is ever shown: intervals need one above 0. */
const NEVER = 1 / (2 * FLIPS);

/** Of each look, the absolute sum after each flip; the first is what was seen. */
function flippedSums(units: readonly (readonly number[])[], looks: number): Int32Array[] {
  const isWhole = units.length <= MOST_UNITS;
  const flips = isWhole ? 2 ** units.length : FLIPS;
  const sums = Array.from({ length: looks }, () => new Int32Array(flips));
  const random = Random.of(SEED);
  for (const [unit, nets] of units.entries()) {
    for (let flip = 0, word = 0; flip < flips; flip++) {
      if (!isWhole && flip % 32 === 0) word = random.word();
      const isFlipped = isWhole ? (flip >>> unit) & 1 : flip > 0 && (word >>> (flip % 32)) & 1;
      for (let look = 0; look < looks; look++) {
        const own = sums[look] as Int32Array;
        own[flip] = (own[flip] as number) + (isFlipped ? -1 : 1) * (nets[look] ?? 0);
      }
    }
  }
  for (const own of sums) for (let flip = 0; flip < flips; flip++) own[flip] = Math.abs(own[flip] as number);
  return sums;
}

function sizeSeen(units: readonly (readonly number[])[]): number {
  return Math.abs(units.reduce((sum, nets) => sum + (nets.at(-1) ?? 0), 0));
}

interface Sizes {
  /** By flip. */
  readonly sizes: Int32Array;
  readonly largest: number;
  /** Share of the flips with sums of at least this size. */
  readonly tail: (size: number) => number;
}

function countSizes(sizes: Int32Array): Sizes {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const tail = (least: number) => sizes.reduce((count, size) => count + Number(size >= least), 0) / sizes.length;
  return { sizes, largest, tail };
}

/** The least sum at the last look that shows a difference where so much of the level is spent by each look; null where none does. */
function leastShown(looks: readonly Sizes[], spent: readonly number[], level: number): number | null {
  const flips = looks[0]?.sizes.length ?? 0;
  const isOpen = new Uint8Array(flips).fill(1);
  let shown = 0;
  let least: number | null = null;
  for (const [look, { sizes, largest }] of looks.entries()) {
    const room = Math.floor(level * (spent[look] ?? 0) * flips + 1e-9) - shown;
    const open = new Int32Array(largest + 1);
    for (let flip = 0; flip < flips; flip++) if (isOpen[flip]) open[sizes[flip] as number]! += 1;
    let taken = 0;
    least = null;
    for (let size = largest; size > 0 && taken + (open[size] as number) <= room; size--) {
      taken += open[size] as number;
      least = size;
    }
    shown += taken;
    for (let flip = 0; flip < flips; flip++) if (least !== null && (sizes[flip] as number) >= least) isOpen[flip] = 0;
  }
  return least;
}

/** The least level, at most 1, from which on something is shown. */
function leastLevel(isShown: (level: number) => boolean): number {
  if (!isShown(1)) return 1;
  let [below, above] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (isShown(middle)) above = middle;
    else below = middle;
  }
  return above;
}
