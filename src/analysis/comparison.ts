import { type Look, type Looks, looksAt, NO_LOOKS } from '../runs/looks.ts';
import type { Result } from '../runs/results/result.ts';
import { isPassed, type TrialFacts } from '../runs/trial-facts.ts';
import { standardDeviation } from '../statistics/describe.ts';
import { differenceInterval } from '../statistics/difference.ts';
import { holm } from '../statistics/holm.ts';
import { type Interval, LEVEL } from '../statistics/interval.ts';
import { correctForLooks } from '../statistics/looks.ts';
import { type RepeatsNeeded, ROUNDING, repeatsNeeded, smallestDifference, taskPart } from '../statistics/power.ts';
import { type Cases, linearized } from '../statistics/rate.ts';
import { signFlipTest } from '../statistics/sign-flip.ts';

/** What is shown of a difference that does not matter within the margin, a share: `not worse` where the other side may be better. */
export interface Equivalence {
  readonly margin: number;
  readonly verdict: 'equivalent' | 'not worse' | 'not shown';
}

/** A difference of two shares of passed trials, and what the exact sign-flip test says of it. */
export interface TestedDifference {
  /**
   * How much more of the trials passed. Its interval leaves 0 out exactly where `p` is at most 0.05, and of several looks at the trials all hold
   * the true difference at once in 95 of 100 runs; null of fewer than two tasks.
   */
  readonly difference: Interval | null;
  /** P-value of the test, corrected for the looks at the trials; the other one also for the number of comparisons (Holm). */
  readonly p: number;
  readonly correctedP: number;
  /** By the corrected p-value. */
  readonly verdict: 'better' | 'worse' | 'no difference shown';
  /** By the interval; null where no margin was asked for. */
  readonly equivalence: Equivalence | null;
  /**
   * Where no difference is shown: the smallest one that a run like this shows in 80 of 100 cases, before correction; null where tasks are too
   * few, and of comparisons that are not with the first pipeline.
   */
  readonly smallestShown: number | null;
}

/**
 * One pipeline against another on the same tasks and repeats, tested over tasks. What broke in one of them is left out of both, except a
 * conversation that outgrew the context: that is the pipeline's own doing, and no pass.
 */
export interface Comparison extends TestedDifference {
  readonly pipeline: string;
  /** The pipeline that it is compared with. */
  readonly baseline: string;
  /** Pairs of trials that both count, and those that were left out. */
  readonly pairs: number;
  readonly leftOut: number;
  /** How often the trials were looked at, with this time. */
  readonly looks: number;
  /** The same difference tested over pairs, for this benchmark alone, where only the draws vary; null where a task has fewer than two pairs. */
  readonly here: TestedDifference | null;
  /** The mean of the tasks' differences in units of their standard deviation; null where they do not differ. */
  readonly effect: number | null;
  /** Which part of the uncertainty comes from how tasks differ, so that only more tasks lower it; null of single repeats. */
  readonly taskPart: number | null;
  /** With how many repeats a difference within the interval would be shown in 80 of 100 cases; null of single repeats. */
  readonly repeatsNeeded: RepeatsNeeded | null;
}

/** What a comparison takes into account besides the trials. */
export interface CompareOptions {
  /** At the same trials. */
  readonly looks?: Looks;
  /** A share: differences that are no larger do not matter. */
  readonly margin?: number | null;
}

/** Every other pipeline against the first, and where no difference is shown the smallest that such a run shows. */
export function compareWithFirst(
  names: readonly string[],
  trials: readonly Result[],
  options: CompareOptions = {},
): Comparison[] {
  return compare(rivalsOfFirst(names), trials, { ...options, power: smallestDifference });
}

/** The same without that smallest difference, which takes long to find. */
export function lookAtFirst(
  names: readonly string[],
  trials: readonly Result[],
  options: CompareOptions = {},
): Comparison[] {
  return compare(rivalsOfFirst(names), trials, options);
}

function rivalsOfFirst([baseline = '', ...others]: readonly string[]): Rivals[] {
  return others.map((pipeline) => ({ pipeline, baseline }));
}

/** Every pipeline against each one before it; the p-values are corrected for all of them together. */
export function compareAll(
  names: readonly string[],
  trials: readonly TrialFacts[],
  options: CompareOptions = {},
): Comparison[] {
  const rivals = names.flatMap((baseline, index) => names.slice(index + 1).map((pipeline) => ({ pipeline, baseline })));
  return compare(rivals, trials, options);
}

/**
 * Each pipeline against itself (A/A): the draws from `repeats` on against as many before. Nothing differs, so of a hundred such
 * comparisons about five at most may say `better` or `worse`.
 */
export function compareWithItself(
  names: readonly string[],
  trials: readonly TrialFacts[],
  repeats: number,
): Comparison[] {
  const twice = trials.map((trial) =>
    trial.repeat < repeats ? trial : { ...trial, pipeline: again(trial.pipeline), repeat: trial.repeat - repeats },
  );
  return compare(
    names.map((baseline) => ({ pipeline: again(baseline), baseline })),
    twice,
  );
}

/** Whether nothing more has to be measured: a difference is shown, or that there is none within the margin. */
export function isClear({ verdict, equivalence }: Comparison): boolean {
  return verdict !== 'no difference shown' || equivalence?.verdict === 'equivalent';
}

/** The name of a pipeline's other side in a comparison with itself. */
export function again(pipeline: string): string {
  return `${pipeline} again`;
}

type Rivals = Pick<Comparison, 'pipeline' | 'baseline'>;

interface OwnOptions extends CompareOptions {
  /** Finds the smallest difference that such tasks show; absent where nobody asks for it, as it takes long. */
  readonly power?: typeof smallestDifference;
}

function compare(rivals: readonly Rivals[], trials: readonly Result[], options: OwnOptions = {}): Comparison[] {
  const { looks = NO_LOOKS } = options;
  const byPipeline = Map.groupBy(trials, ({ pipeline }) => pipeline);
  const trialsOf = (name: string) => byPipeline.get(name) ?? [];
  const repeats = trials.reduce((most, { repeat }) => Math.max(most, repeat + 1), 0);
  const pairsOfRivals = rivals.map(({ pipeline, baseline }) => ({
    pairs: winsOf(trialsOf(pipeline), trialsOf(baseline)),
    looks: looksAt(looks, [pipeline, baseline], repeats),
  }));
  const unitsOfTasks = pairsOfRivals.map((own) =>
    unitsOf(Map.groupBy(own.pairs, ({ taskId }) => taskId).values(), own.looks),
  );
  const overTasks = testDifferences(unitsOfTasks, options);
  const overPairs = testDifferences(
    pairsOfRivals.map((own) =>
      unitsOf(
        own.pairs.map((pair) => [pair]),
        own.looks,
      ),
    ),
    options,
  );
  return rivals.map(({ pipeline, baseline }, index) => {
    const { pairs, looks: own } = pairsOfRivals[index] as (typeof pairsOfRivals)[number];
    const tasks = (unitsOfTasks[index] as Units).units.map(({ wins }) => wins);
    const tested = overTasks[index] as TestedDifference;
    return {
      pipeline,
      baseline,
      pairs: pairs.length,
      leftOut: trialsOf(pipeline).length - pairs.length,
      looks: own.length,
      ...tested,
      here: tasks.length === 0 || tasks.some(({ length }) => length < 2) ? null : (overPairs[index] ?? null),
      effect: effectOf(tasks),
      taskPart: taskPart(tasks),
      repeatsNeeded: tested.difference && repeatsNeeded(tasks, tested.difference),
    };
  });
}

/** What is tested as one: a task, or a pair. */
interface Unit {
  readonly wins: readonly number[];
  /** Of the wins that were there at each look, the sum; the last look is now. */
  readonly nets: readonly number[];
}

interface Units {
  readonly units: readonly Unit[];
  /** Parts of the level that may be spent up to each look. */
  readonly spent: readonly number[];
}

function unitsOf(pairs: Iterable<readonly Win[]>, looks: readonly Look[]): Units {
  const seen = looks.map(({ tasks, repeats }) => ({ tasks: tasks && new Set(tasks), repeats }));
  const netAt = (own: readonly Win[], { tasks, repeats }: (typeof seen)[number]) =>
    sum(own.filter((pair) => pair.repeat < repeats && (tasks?.has(pair.taskId) ?? true)).map(({ win }) => win));
  const units = [...pairs].map((own) => ({
    wins: own.map(({ win }) => win),
    nets: seen.map((look) => netAt(own, look)),
  }));
  return { units, spent: looks.map(({ spent }) => spent) };
}

function testDifferences(rivals: readonly Units[], { margin = null, power }: OwnOptions): TestedDifference[] {
  const tests = rivals.map(testAtLook);
  const corrected = holm(tests.map(({ p }) => p));
  return rivals.map(({ units }, index) => {
    const { p, level } = tests[index] as LookTest;
    const correctedP = corrected[index] as number;
    const cases = units.map(({ wins }): Cases => ({ of: wins.length, hits: sum(wins) }));
    const net = sum(cases.map(({ hits }) => hits));
    const verdict = correctedP > LEVEL ? 'no difference shown' : net > 0 ? 'better' : 'worse';
    const difference = differenceInterval(cases, level);
    const wins = units.map((unit) => unit.wins);
    return {
      difference,
      p,
      correctedP,
      verdict,
      equivalence: margin === null ? null : equivalenceOf(difference, margin),
      smallestShown: verdict === 'no difference shown' ? (power?.(wins, level) ?? null) : null,
    };
  });
}

interface LookTest {
  readonly p: number;
  /** The level of a test of all that there is now. */
  readonly level: number;
}

/** The exact test where one look has all of the level. Else its level is moved to the side of the verdict, as the other one's is known by simulation. */
function testAtLook({ units, spent }: Units): LookTest {
  const alone = signFlipTest(units.map(({ wins }) => sum(wins)));
  if (spent.length === 1 && spent[0] === 1) return { p: alone, level: LEVEL };
  const { correctedP: p, level } = correctForLooks(
    units.map(({ nets }) => nets),
    spent,
  );
  return { p, level: p <= LEVEL ? Math.max(level, alone) : Math.min(level, alone * (1 - ROUNDING)) };
}

/** Stricter than one-sided tests at 5 %, as it takes both limits of a 95 % interval. */
function equivalenceOf(difference: Interval | null, margin: number): Equivalence {
  const isNotWorse = difference !== null && difference.low >= -margin;
  const isEquivalent = isNotWorse && difference.high <= margin;
  return { margin, verdict: isEquivalent ? 'equivalent' : isNotWorse ? 'not worse' : 'not shown' };
}

function effectOf(tasks: readonly (readonly number[])[]): number | null {
  const rate = sum(tasks.map(sum)) / tasks.flat().length;
  // The mean is that of all pairs, as in the test.
  const differences = linearized(tasks.map((task) => ({ of: task.length, hits: sum(task) })));
  const deviation = standardDeviation(differences) ?? 0;
  return deviation > ROUNDING ? rate / deviation : null;
}

interface Win extends Pick<Result, 'taskId' | 'repeat'> {
  /** 1 where the pipeline alone passes, -1 where the baseline alone does, 0 else. */
  readonly win: number;
}

function winsOf(trials: readonly Result[], baseline: readonly Result[]): Win[] {
  return pairsOf(trials, baseline).map(({ trial, rival }) => ({
    taskId: trial.taskId,
    repeat: trial.repeat,
    win: Number(isPassed(trial)) - Number(isPassed(rival)),
  }));
}

/** Each trial with that of the baseline on the same task and repeat, where both count. */
export function pairsOf(trials: readonly Result[], baseline: readonly Result[]) {
  const key = ({ taskId, repeat }: Result) => JSON.stringify([taskId, repeat]);
  const rivals = new Map(baseline.filter(({ isCounted }) => isCounted).map((trial) => [key(trial), trial]));
  return trials.flatMap((trial) => {
    const rival = trial.isCounted ? rivals.get(key(trial)) : undefined;
    return rival === undefined ? [] : [{ trial, rival }];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
