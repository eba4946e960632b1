import type { Interval } from '../../../src/statistics/interval.ts';
import { type Draws, type Pair, pilotParts, pilotSetting, REFINER_TEMPERATURES, REPAIRS } from '../parts.ts';
import { difference, meanOf, meansByTask, shareOf } from './by-task.ts';
import { solvedAfter } from './outcomes.ts';
import { pooledRows, type Rows } from './rows.ts';

/** How the refiner's temperature for the tables was chosen. */
export interface Pilot {
  readonly pairs: readonly Pair[];
  /** Solved by all pairs together, after 0, 1, ... repairs. */
  readonly temperatures: readonly { readonly temperature: number; readonly after: readonly (Interval | null)[] }[];
  /** The higher temperature less the lower, after 0, 1, ... repairs. */
  readonly difference: readonly (Interval | null)[];
  /** The lower, which is the paper's and greenloop's own default, unless the higher is seen to solve more after all repairs. */
  readonly chosen: number;
}

const AFTER = Array.from({ length: REPAIRS + 1 }, (_, repairs) => repairs);

/** What the pilot showed; null where it is not whole. */
export function pilotOf(rows: Rows, draws: Draws): Pilot | null {
  const pairs = pilotParts(draws).filter(({ setting }) => setting === pilotSetting(REFINER_TEMPERATURES[0]));
  const [low, high] = REFINER_TEMPERATURES.map((temperature) => pooledRows(rows, pilotSetting(temperature), pairs));
  if (low == null || high == null) return null;
  const byTask = [low, high].map((own) => AFTER.map((repairs) => meansByTask(own, solvedAfter(repairs))));
  const temperatures = REFINER_TEMPERATURES.map((temperature, index) => ({
    temperature,
    after: (byTask[index] ?? []).map(shareOf),
  }));
  const differences = AFTER.map((repairs) => meanOf(difference(byTask[1]![repairs]!, byTask[0]![repairs]!)));
  const isHigherBetter = (differences[REPAIRS]?.low ?? 0) > 0;
  return {
    pairs: pairs.map(({ generator, refiner }) => ({ generator, refiner })),
    temperatures,
    difference: differences,
    chosen: REFINER_TEMPERATURES[isHigherBetter ? 1 : 0],
  };
}
