import { mean } from '../../src/statistics/describe.ts';
import { rateOf } from '../../src/statistics/rate.ts';
import { formatTable } from '../format-table.ts';
import type { DraftTrial, TaskTrials } from './draft-trials.ts';
import { gain, percent } from './percent.ts';

type Count = (trial: DraftTrial) => boolean | number | null;

const HEADER = [
  'up to',
  'repeats',
  'first draft right',
  'right',
  'points [95 %]',
  'right where the first fails examples',
  'drawn',
  'false passes, first',
  'false passes',
  'tokens',
  'tokens of one',
];

/** Right programs by the most drafts of a trial, with differences from the first draft of the same trials paired by task. */
export function draftTable(tasks: readonly TaskTrials[], sizes: readonly number[]): string {
  const alone = meanOf(tasks, sizes[0]!, ({ tokens, drawn }) => tokens && tokens / drawn);
  return formatTable(
    HEADER,
    sizes.map((size) => [...draftRow(tasks, size), round(alone, 0)]),
  );
}

function draftRow(tasks: readonly TaskTrials[], size: number): string[] {
  const shares = (count: Count) => tasks.map((task) => taskMean(task, size, count) ?? 0);
  const [first, right] = [shares(({ isFirstRight }) => isFirstRight), shares(({ isRight }) => isRight)];
  return [
    String(size),
    String(tasks[0]?.bySize.get(size)?.length ?? 0),
    percent(mean(first)),
    percent(mean(right)),
    gain(right, first),
    mended(tasks, size),
    round(
      meanOf(tasks, size, ({ drawn }) => drawn),
      2,
    ),
    percent(meanOf(tasks, size, (trial) => trial.isFirstPassing && !trial.isFirstRight)),
    percent(meanOf(tasks, size, (trial) => trial.isPassing && !trial.isRight)),
    round(
      meanOf(tasks, size, ({ tokens }) => tokens),
      0,
    ),
  ];
}

/** Right trials of those whose first draft fails the examples. */
function mended(tasks: readonly TaskTrials[], size: number): string {
  const failed = tasks.map(({ bySize }) => (bySize.get(size) ?? []).filter(({ isFirstPassing }) => !isFirstPassing));
  const { share } = rateOf(
    failed.map((own) => ({ of: own.length, hits: own.filter(({ isRight }) => isRight).length })),
  );
  return share === null ? '' : `${percent(share.mean)} [${percent(share.low)}, ${percent(share.high)}]`;
}

function meanOf(tasks: readonly TaskTrials[], size: number, count: Count): number | null {
  const means = tasks.map((task) => taskMean(task, size, count));
  return means.includes(null) ? null : mean(means as number[]);
}

function taskMean({ bySize }: TaskTrials, size: number, count: Count): number | null {
  const counts = (bySize.get(size) ?? []).map(count);
  return counts.includes(null) ? null : mean(counts.map(Number));
}

function round(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}
