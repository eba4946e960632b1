import {
  type ForcedIteration,
  isBrokenOnce,
  isInitiallyRight,
  iterationsOf,
  netValueAt,
  type Passes,
} from '../../../src/analysis/forced.ts';
import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, type Pair, REPAIRS } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { meanOf, meansByTask } from './by-task.ts';
import { solvedAfter } from './outcomes.ts';
import { casesByTask, type Rate, rateOf } from './rates.ts';
import { measuredPairs, type Rows } from './rows.ts';

/** One pair under `stop: never`. */
export interface ForcedResult extends Pair {
  readonly trials: number;
  readonly iterations: readonly ForcedIteration[];
  /** New fixes less regressions of each iteration from the first on, as a share of the trials. */
  readonly net: readonly (Interval | null)[];
  /** Of all iterations together. */
  readonly netOfAll: Interval | null;
  /** Passes after the last iteration less passes of the draft. */
  readonly raw: Interval | null;
  /** Initially right programs that some iteration broke. */
  readonly broken: Rate;
}

const ITERATIONS = Array.from({ length: REPAIRS }, (_, index) => index + 1);

/** Every pair that was forced to go on. */
export function forcedResults(rows: Rows, models: readonly string[]): ForcedResult[] {
  return measuredPairs(rows, 'forced', allPairs(models)).map(({ pair, rows: own }) => ({
    ...pair,
    trials: own.length,
    iterations: iterationsOf(own.map(passesOf), REPAIRS),
    net: ITERATIONS.map((at) => meanOf(meansByTask(own, (row) => netValueAt(passesOf(row), at)))),
    netOfAll: meanOf(meansByTask(own, netValue)),
    raw: meanOf(meansByTask(own, rawGain)),
    broken: brokenRate(own),
  }));
}

/** New fixes less regressions of all iterations of a trial. */
export function netValue(row: TrialRow): number {
  return ITERATIONS.reduce((sum, at) => sum + netValueAt(passesOf(row), at), 0);
}

/** One pair whose code is never run. */
export interface TextOnlyResult extends Pair {
  /** Hidden tests passed after 0, 1, ... reviews, less those of the draft. */
  readonly gains: readonly (Interval | null)[];
  readonly broken: Rate;
}

/** Every pair that was measured without execution. */
export function textOnlyResults(rows: Rows, models: readonly string[]): TextOnlyResult[] {
  return measuredPairs(rows, 'text-only', allPairs(models)).map(({ pair, rows: own }) => ({
    ...pair,
    gains: ITERATIONS.map((at) => meanOf(meansByTask(own, (row) => solvedAfter(at)(row) - solvedAfter(0)(row)))),
    broken: brokenRate(own),
  }));
}

function passesOf({ attempts }: TrialRow): Passes {
  return attempts.map(({ passed }) => passed);
}

/** Whether the last attempt passes less whether the draft does. */
function rawGain(row: TrialRow): number {
  const passes = passesOf(row);
  return Number(passes.at(-1) === true) - Number(isInitiallyRight(passes));
}

function brokenRate(rows: readonly TrialRow[]): Rate {
  const isRight = (row: TrialRow) => isInitiallyRight(passesOf(row));
  return rateOf(casesByTask(rows, isRight, (row) => isBrokenOnce(passesOf(row))));
}
