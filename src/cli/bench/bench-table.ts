import type { Comparison } from '../../analysis/comparison.ts';
import type { PipelineSummary, Summary } from '../../analysis/summary.ts';
import { printable } from '../../base/printable.ts';
import { type BenchmarkSummary, summarizeBenchmark } from '../../runs/benchmark-summary.ts';
import type { LeftOutTask, Preflight } from '../../runs/preflight.ts';
import { leftOutExamples } from '../../tasks/left-out-examples.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { chanceText, compact, pointsText, section, shareText, solvedText } from '../terminal/number-text.ts';
import { count } from '../terminal/output.ts';
import { formatTable, shortened, TABLE_WIDTH } from '../terminal/table.ts';
import { faultNotes, LABEL_WIDTH, mostlyFaultsNote } from './fault-notes.ts';

/** What preflight found, a line each. */
export function preflightLines(benchmark: Benchmark, result: Preflight | null): string[] {
  if (result === null) return ['preflight skipped: nothing vouches for the tests of this run'];
  const { passed, withoutReference, tasks, wrongExamples, tasksWithExamples } = result;
  const unknown = withoutReference === 0 ? '' : `, ${count(withoutReference, 'task')} without one`;
  return [
    `preflight: ${passed}/${tasks} reference solutions pass${unknown}; examples in the prompts of ${count(tasksWithExamples, 'task')}`,
    ...leftOutExamplesLine(benchmark),
    ...wrongExamples.map(
      ({ taskId, source }) =>
        `  ${taskId}: its reference fails the example "${source.replaceAll(/\s+/g, ' ')}", which is no check`,
    ),
    ...[benchmarkNote(summarizeBenchmark(benchmark))].filter((note) => note !== null),
  ];
}

function leftOutExamplesLine({ tasks }: Benchmark): string[] {
  const counts = tasks.map(({ prompt }) => leftOutExamples(prompt).length).filter((left) => left > 0);
  if (counts.length === 0) return [];
  const sum = counts.reduce((total, left) => total + left, 0);
  return [
    `  ${count(sum, 'example')} in ${count(counts.length, 'prompt')} cannot be checked as written and ${sum === 1 ? 'is' : 'are'} no check`,
  ];
}

/** What to know of a benchmark before believing its numbers, or null. */
export function benchmarkNote({ name, hiddenTests }: BenchmarkSummary): string | null {
  return hiddenTests === 0 ? `${name} has no hidden tests: every grading test is visible in its prompt` : null;
}

/** What an interval is for: tasks like these, or these alone, where only the draws vary. */
export const INTERVALS = ['tasks', 'draws'] as const;
export type IntervalOf = (typeof INTERVALS)[number];

/** The tables that bench prints. */
export function summaryTable(summary: Summary, intervalOf: IntervalOf = 'tasks'): string {
  const { benchmark, repeats, pipelines, seconds } = summary;
  const header = ['pipeline', 'solved', `% ${rangeTitle(intervalOf)}`, 'attempts', 'tokens', 'seconds', 'faults'];
  const rows = pipelines.map((pipeline) => row(pipeline, intervalOf));
  return [
    ...pipelines.flatMap(mostlyFaultsNote),
    `${benchmark.name}: ${count(benchmark.tasks, 'task')} x ${count(repeats, 'repeat')}, ${seconds.toFixed(1)} s`,
    ...section(stopNote(summary)),
    '',
    formatTable(header, rows, TABLE_WIDTH),
    ...section(comparisonTable(summary, intervalOf)),
    ...section(powerTable(summary)),
    ...section(pipelines.flatMap(pipelineNotes)),
    ...section(repairTable(pipelines)),
    ...section(reuseNote(summary)),
    ...section(benchmarkNote(benchmark)),
    ...section(leftOutTasks(summary)),
  ].join('\n');
}

function leftOutTasks({ preflight: { leftOut } }: Summary): string | null {
  return leftOut.length === 0 ? null : leftOutLines(leftOut).join('\n');
}

/** `left out, REASON: 2 tasks (own/1, own/2)`, a line each reason. */
export function leftOutLines(leftOut: readonly LeftOutTask[]): string[] {
  const byReason = Map.groupBy(leftOut, ({ reason }) => reason);
  return [...byReason].map(([reason, tasks]) =>
    leftOutText(
      printable(reason),
      tasks.map(({ taskId }) => taskId),
    ),
  );
}

/** The tasks that a recording lacks. */
export function unrecordedText(ids: readonly string[]): string {
  return leftOutText('not in the recording', ids);
}

/** `left out, REASON: 2 tasks (own/1, own/2)`. */
function leftOutText(reason: string, ids: readonly string[]): string {
  const names = `${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ', …' : ''}`;
  return `left out, ${reason}: ${count(ids.length, 'task')} (${printable(names)})`;
}

function stopNote({ complete, benchmark, repeats, pipelines }: Summary): string | null {
  if (complete) return null;
  const ended = pipelines.reduce((sum, { trials }) => sum + trials, 0);
  const planned = pipelines.length * benchmark.tasks * repeats;
  return `stopped: ${ended} of ${planned} trials had ended; the numbers are of these alone`;
}

function row(pipeline: PipelineSummary, intervalOf: IntervalOf): string[] {
  const tokens = pipeline.tokens.prompt + pipeline.tokens.completion;
  return [
    pipeline.name,
    solvedText(pipeline.solved),
    rateText(pipeline, intervalOf),
    String(pipeline.attempts),
    compact(tokens),
    pipeline.seconds.toFixed(1),
    String(pipeline.faults),
  ];
}

function rangeTitle(intervalOf: IntervalOf): string {
  return intervalOf === 'tasks' ? '[95 %]' : '[95 %, draws]';
}

/** `41.0 [36, 46]`: the share of trials that passed, and its interval where there are tasks enough for one. */
function rateText({ passShare, passRate, passRateHere }: PipelineSummary, intervalOf: IntervalOf): string {
  return shareText(passShare, intervalOf === 'tasks' ? passRate : passRateHere);
}

/** How much more of the trials passed than with the first pipeline, in points, on the same tasks and repeats. */
export function comparisonTable({ comparisons }: Pick<Summary, 'comparisons'>, intervalOf: IntervalOf): string | null {
  const [first] = comparisons;
  if (first === undefined) return null;
  const isOneBaseline = comparisons.every(({ baseline }) => baseline === first.baseline);
  const header = [
    isOneBaseline ? `against ${first.baseline}` : 'against itself',
    `points ${rangeTitle(intervalOf)}`,
    'p (Holm)',
    'verdict',
  ];
  const rows = comparisons.map(({ pipeline, difference, differenceHere, correctedP, verdict }) => [
    pipeline,
    pointsText(intervalOf === 'tasks' ? difference : differenceHere, difference?.mean),
    chanceText(correctedP),
    verdict,
  ]);
  const notes = [...comparisons.filter(({ leftOut }) => leftOut > 0).map(leftOutNote)];
  return [formatTable(header, rows, TABLE_WIDTH), ...notes].join('\n');
}

function leftOutNote({ pipeline, pairs, leftOut }: Comparison): string {
  const label = shortened(pipeline, LABEL_WIDTH);
  return `${label}: compared in ${pairs} of ${pairs + leftOut} pairs; the others broke, or have none`;
}

/** Where no difference was shown: what such a run could have shown, and what it would take to show what was seen. */
function powerTable({ comparisons }: Summary): string | null {
  const rows = comparisons
    .filter(({ verdict, smallestShown }) => verdict === 'no difference shown' && smallestShown !== null)
    .map(({ pipeline, smallestShown, repeatsNeeded }) => [
      pipeline,
      `${(100 * (smallestShown ?? 0)).toFixed(1)} points`,
      typeof repeatsNeeded === 'number' ? count(repeatsNeeded, 'repeat') : (repeatsNeeded ?? '-'),
    ]);
  const header = ['no difference shown', 'shown in 8 of 10 such runs', 'what was seen needs'];
  return rows.length === 0 ? null : formatTable(header, rows, TABLE_WIDTH);
}

function pipelineNotes(pipeline: PipelineSummary): string[] {
  const { name, basePassed, passed, falsePasses, unchecked, faultMessages } = pipeline;
  const label = shortened(name, LABEL_WIDTH);
  return [
    ...(basePassed === null
      ? []
      : [`${label}: ${count(basePassed, 'trial')} through the base tests, ${passed} through the plus tests too`]),
    ...(falsePasses === 0
      ? []
      : [`${label}: ${count(falsePasses, 'trial')} right in all that was shown, wrong in the hidden tests`]),
    ...(unchecked === 0
      ? []
      : [`${label}: ${count(unchecked, 'trial')} without any visible check but that the code loads`]),
    ...faultNotes(pipeline),
    ...Object.entries(faultMessages).map(
      ([message, faults]) => `${label}: ${count(faults, 'fault')}: ${printable(message)}`,
    ),
  ];
}

/** How many of the model calls were not made in this run. */
function reuseNote({ reuse, pipelines }: Summary): string | null {
  const calls = pipelines.reduce((sum, pipeline) => sum + pipeline.calls, 0);
  return reuse.calls === 0
    ? null
    : `${reuse.calls} of ${count(calls, 'model call')} ${calls === 1 ? 'was' : 'were'} not made: the answers were known`;
}

function repairTable(pipelines: readonly PipelineSummary[]): string | null {
  const rows = pipelines.flatMap(({ name, repairs }) =>
    Object.entries(repairs).map(([repair, { applied, gained, lost }]) => [
      `${repair}: ${name}`,
      String(applied),
      String(gained),
      String(lost),
    ]),
  );
  return rows.length === 0 ? null : formatTable(['static repair', 'applied', 'gained', 'lost'], rows, TABLE_WIDTH);
}
