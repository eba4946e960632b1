import { mean } from '../../../src/statistics/describe.ts';
import type { Interval } from '../../../src/statistics/interval.ts';
import { allPairs, type Pair, REPAIRS } from '../parts.ts';
import type { TrialRow } from '../trial-row.ts';
import { meanOf, meansByTask, shareOf } from './by-task.ts';
import { solvedAfter } from './outcomes.ts';
import { measuredPairs, type Rows } from './rows.ts';
import { type Runs, runsOf } from './runs.ts';

/** One line of the main table. */
export interface PairResult extends Pair {
  /** Share of trials solved after 0, 1, ... repairs. */
  readonly after: readonly (Interval | null)[];
  /** Solved after all repairs less solved at the draft. */
  readonly gain: Interval | null;
  readonly runs: Runs;
  /** Prompt and new tokens of a trial, and its model and sandbox seconds. */
  readonly tokens: number;
  readonly seconds: number;
  /** Trials whose last program passes what it saw and fails the hidden tests. */
  readonly falsePasses: number;
  readonly faults: number;
}

/** All pairs that are measured. */
export function pairResults(rows: Rows, models: readonly string[]): PairResult[] {
  return measuredPairs(rows, 'pairs', allPairs(models)).map(({ pair, rows: own }) => pairResult(pair, own));
}

function pairResult(pair: Pair, rows: readonly TrialRow[]): PairResult {
  const afterEach = Array.from({ length: REPAIRS + 1 }, (_, repairs) => solvedAfter(repairs));
  const gain = (row: TrialRow) => solvedAfter(REPAIRS)(row) - solvedAfter(0)(row);
  return {
    ...pair,
    after: afterEach.map((value) => shareOf(meansByTask(rows, value))),
    gain: meanOf(meansByTask(rows, gain)),
    runs: runsOf(rows, REPAIRS),
    tokens: costOf(rows, 'tokens'),
    seconds: costOf(rows, 'seconds'),
    falsePasses: rows.filter(isFalsePass).length,
    faults: rows.filter(({ fault }) => fault !== null).length,
  };
}

/** The pair of two models that solves most after all repairs; null of fewer than two models. */
export function bestCross(results: readonly PairResult[]): Pair | null {
  const crosses = results.filter(({ generator, refiner }) => generator !== refiner);
  const [best] = crosses.sort((a, b) => b.runs.mean - a.runs.mean);
  return best === undefined ? null : { generator: best.generator, refiner: best.refiner };
}

/** How many trials have another draft than the same trial of the first pair with that generator: none, or draws are no draws. */
export function differingDrafts(rows: Rows, models: readonly string[]): number {
  return models.reduce((sum, generator) => {
    const pairs = allPairs(models).filter((pair) => pair.generator === generator);
    const [first, ...others] = measuredPairs(rows, 'pairs', pairs).map((item) => item.rows);
    const differs = (row: TrialRow, at: number) => row.attempts[0]?.code !== first?.[at]?.attempts[0]?.code;
    return sum + others.reduce((count, own) => count + own.filter(differs).length, 0);
  }, 0);
}

function costOf(rows: readonly TrialRow[], cost: 'tokens' | 'seconds'): number {
  return mean(rows.map(({ attempts }) => attempts.reduce((sum, attempt) => sum + attempt[cost], 0))) ?? 0;
}

function isFalsePass({ attempts }: TrialRow): boolean {
  const last = attempts.at(-1);
  return last?.seen?.error === null && !last.passed;
}
