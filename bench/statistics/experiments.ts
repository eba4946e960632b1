import { differenceInterval } from '../../src/statistics/difference.ts';
import { drawsInterval, type Interval, shareInterval } from '../../src/statistics/interval.ts';
import { Random } from '../../src/statistics/random.ts';
import { type Cases, costInterval } from '../../src/statistics/rate.ts';
import { signFlipTest } from '../../src/statistics/sign-flip.ts';
import { studentCost, studentDifference, studentDraws } from './rivals.ts';
import type { Tallies } from './tally.ts';
import { differenceOf, drawPair, type TaskChances, type World } from './worlds.ts';

/** One cell of the grid. */
export interface Cell {
  readonly world: World;
  readonly tasks: number;
  readonly repeats: number;
}

/** Draws so many experiments of a cell and adds every interval of the product to the tallies. */
export function runCell(cell: Cell, experiments: number, { seed, tallies }: { seed: number; tallies: Tallies }): void {
  const random = Random.of(seed);
  const key = `${cell.world.name}; ${cell.tasks} tasks x ${cell.repeats}`;
  for (let experiment = 0; experiment < experiments; experiment++) {
    for (const { method, interval, truth, p } of measure(cell, random)) {
      if (interval !== null) tallies.of(method, key).add(interval, truth, p ?? null);
    }
  }
}

interface Measured {
  readonly method: string;
  readonly interval: Interval | null;
  readonly truth: number;
  readonly p?: number;
}

/** Rates of the baseline where there is no other pipeline, else differences. */
function measure(cell: Cell, random: Random): Measured[] {
  const chances = Array.from({ length: cell.tasks }, () => cell.world.drawTask(random));
  return cell.world.truth.difference === -cell.world.truth.baseline
    ? measureRates(cell, chances, random)
    : measureDifferences(cell, chances, random);
}

function measureRates({ world, repeats }: Cell, chances: readonly TaskChances[], random: Random): Measured[] {
  const draws = chances.map(({ baseline }) => times(repeats, () => Number(random.chance(baseline))));
  const here = average(chances.map(({ baseline }) => baseline));
  const costs = draws.map((own) => costOf(own, random));
  const cost = { truth: (1 + 2 * (1 - world.truth.baseline)) / world.truth.baseline };
  const hasPassed = draws.flat().includes(1);
  return [
    { method: 'pass rate: Wilson', interval: shareInterval(draws.map(average)), truth: world.truth.baseline },
    { method: 'pass rate of draws: Student', interval: studentDraws(draws, 0), truth: here },
    { method: 'pass rate of draws: Wilson', interval: drawsInterval(draws), truth: here },
    { method: 'cost per solved: Student', interval: hasPassed ? studentCost(costs) : null, ...cost },
    { method: 'cost per solved: logarithm', interval: hasPassed ? costInterval(costs) : null, ...cost },
  ];
}

/** A trial costs 1 on average where it passes, and 3 where it fails. */
function costOf(draws: readonly number[], random: Random): Cases {
  const costs = draws.map((passed) => (3 - 2 * passed) * (0.5 + random.uniform()));
  return { of: sum(draws), hits: sum(costs) };
}

function measureDifferences({ world, repeats }: Cell, chances: readonly TaskChances[], random: Random): Measured[] {
  const wins = chances.map((own) =>
    times(repeats, () => {
      const [baseline, other] = drawPair(world, own, random);
      return other - baseline;
    }),
  );
  const tasks = wins.map((own) => ({ of: own.length, hits: sum(own) }));
  const pairs = wins.flat().map((hits) => ({ of: 1, hits }));
  const truth = world.truth.difference;
  const here = average(chances.map((own) => differenceOf(world, own)));
  const p = signFlipTest(tasks.map(({ hits }) => hits));
  const overTasks = [
    { method: 'difference: Student', interval: studentDifference(tasks), truth, p },
    { method: 'difference: inverted test', interval: differenceInterval(tasks), truth, p },
  ];
  if (repeats < 2) return overTasks;
  const ofPairs = signFlipTest(wins.flat());
  return [
    ...overTasks,
    { method: 'difference of draws: Student', interval: studentDraws(wins, -1), truth: here, p },
    { method: 'difference of draws: inverted test', interval: differenceInterval(pairs), truth: here, p: ofPairs },
  ];
}

function times<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}
