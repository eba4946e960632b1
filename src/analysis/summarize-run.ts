import { summarizePreflight } from '../runs/benchmark-summary.ts';
import { type Looks, NO_LOOKS } from '../runs/looks.ts';
import { plannedBenchmark, repeatsOf } from '../runs/plan.ts';
import type { CheckedBenchmark } from '../runs/preflight.ts';
import type { Run } from '../runs/run.ts';
import { chancesOf } from './chances.ts';
import { compareAll, compareWithFirst, compareWithItself } from './comparison.ts';
import { type Summary, summarizePipeline } from './summary.ts';

/** What a summary says besides what the trials show. */
export interface SummaryOptions {
  /** What was found of the tasks before; where it is left out, nothing was looked for. */
  readonly checked?: Pick<CheckedBenchmark, 'preflight' | 'leftOut'>;
  /** Ids of tasks that a recording lacks. */
  readonly unrecorded?: readonly string[];
  /** May grow while the trials run. */
  readonly reuse?: Summary['reuse'];
  /** Compares each pipeline's first half of the repeats with the other half, rather than pipelines with the first. */
  readonly isAgainstItself?: boolean;
  /** At these trials, besides this one. */
  readonly looks?: Looks;
  /** A share: differences that are no larger do not matter. */
  readonly margin?: number | null;
}

/** How a run ended. */
export interface RunEnding extends Pick<Summary, 'stoppedBy' | 'seconds'> {
  readonly isComplete: boolean;
}

const NOT_CHECKED = { preflight: null, leftOut: [] } as const;
const NO_REUSE = { calls: 0, promptTokens: 0, completionTokens: 0 } as const;

/** Sums up the trials of a run. */
export function summarizeRun(
  run: Run,
  { isComplete, seconds, stoppedBy }: RunEnding,
  options: SummaryOptions = {},
): Summary {
  const { checked = NOT_CHECKED, unrecorded = [], reuse = NO_REUSE, isAgainstItself = false } = options;
  const { looks = NO_LOOKS } = options;
  const { pipelines, seed, tasks } = run.plan;
  const names = pipelines.map(({ name }) => name);
  const trials = run.facts();
  const repeats = repeatsOf(run.plan, trials);
  return {
    run: run.id,
    benchmark: plannedBenchmark(run.plan),
    preflight: summarizePreflight(checked.preflight, tasks.length, checked.leftOut),
    repeats,
    seed,
    ...((looks.planned !== null || looks.earlier.length > 0) && { looks }),
    leftOut: unrecorded,
    complete: isComplete,
    ...(stoppedBy !== undefined && { stoppedBy }),
    seconds,
    pipelines: pipelines.map((spec) => summarizePipeline(spec, trials, { repeats, tasks: tasks.length })),
    comparisons: isAgainstItself
      ? compareWithItself(names, trials, repeats / 2)
      : compareWithFirst(names, trials, options),
    chances: isAgainstItself || names.length < 3 ? [] : chancesOf(names, trials, compareAll(names, trials, { looks })),
    reuse,
  };
}
