import type { Preflight } from '../experiment/preflight.ts';
import {
  type BenchmarkSummary,
  type PipelineSummary,
  type Summary,
  summarizeBenchmark,
} from '../experiment/summary.ts';
import type { Benchmark } from '../tasks/task.ts';
import { formatTable } from './table.ts';

/** What preflight found, a line each. */
export function preflightLines(benchmark: Benchmark, result: Preflight | null): string[] {
  if (result === null) return ['preflight skipped: nothing vouches for the tests of this run'];
  const { passed, withoutReference, tasks, wrongExamples, tasksWithExamples } = result;
  const unknown = withoutReference === 0 ? '' : `, ${withoutReference} tasks have none`;
  return [
    `preflight: ${passed}/${tasks} reference solutions pass${unknown}; ${tasksWithExamples} tasks show examples`,
    ...wrongExamples.map(
      ({ taskId, source }) => `  ${taskId}: its reference fails the example "${source}", which is no check`,
    ),
    ...[benchmarkNote(summarizeBenchmark(benchmark))].filter((note) => note !== null),
  ];
}

/** What to know of a benchmark before believing its numbers, or null. */
export function benchmarkNote({ name, hiddenTests }: BenchmarkSummary): string | null {
  return hiddenTests === 0 ? `${name} has no hidden tests: every grading test is visible in its prompt` : null;
}

/** The tables that bench prints. */
export function summaryTable(summary: Summary): string {
  const { benchmark, repeats, pipelines } = summary;
  const title = `${benchmark.name}: ${benchmark.tasks} tasks x ${repeats} ${repeats === 1 ? 'repeat' : 'repeats'}, ${summary.seconds.toFixed(1)} s`;
  const header = ['pipeline', 'solved', '%', 'attempts', 'tokens', 'seconds', 'faults'];
  const table = formatTable(
    header,
    pipelines.map((pipeline) => row(pipeline, benchmark.tasks)),
  );
  const notes = pipelines.flatMap((pipeline) => pipelineNotes(pipeline));
  return [
    title,
    '',
    table,
    ...section(notes),
    ...section(repairTable(pipelines)),
    ...section(benchmarkNote(benchmark)),
  ].join('\n');
}

function row(pipeline: PipelineSummary, tasks: number): string[] {
  const { mean, sd } = pipeline.solved;
  const solved = `${mean?.toFixed(1) ?? '-'}${sd === null ? '' : ` ±${sd.toFixed(1)}`}`;
  const perCent = mean === null || tasks === 0 ? '-' : ((100 * mean) / tasks).toFixed(1);
  const tokens = pipeline.tokens.prompt + pipeline.tokens.completion;
  return [
    shortName(pipeline.name),
    solved,
    perCent,
    String(pipeline.attempts),
    compact(tokens),
    pipeline.seconds.toFixed(1),
    String(pipeline.faults),
  ];
}

function pipelineNotes(pipeline: PipelineSummary): string[] {
  const { name, basePassed, passed, falsePasses, unchecked, faultMessages } = pipeline;
  const label = shortName(name);
  return [
    ...(basePassed === null
      ? []
      : [`${label}: ${basePassed} trials pass the base tests, ${passed} the plus tests too`]),
    ...(falsePasses === 0 ? [] : [`${label}: ${falsePasses} trials pass what they saw and fail the hidden tests`]),
    ...(unchecked === 0 ? [] : [`${label}: ${unchecked} trials had no visible check but that the code loads`]),
    ...Object.entries(faultMessages).map(([message, count]) => `${label}: ${count} faults: ${message}`),
  ];
}

function repairTable(pipelines: readonly PipelineSummary[]): string | null {
  const rows = pipelines.flatMap(({ name, repairs }) =>
    Object.entries(repairs).map(([repair, { applied, gained, lost }]) => [
      `${shortName(name)}: ${repair}`,
      String(applied),
      String(gained),
      String(lost),
    ]),
  );
  return rows.length === 0 ? null : formatTable(['static repair', 'applied', 'gained', 'lost'], rows);
}

function section(content: string | readonly string[] | null): string[] {
  const lines = content === null ? [] : typeof content === 'string' ? [content] : content;
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Fits a long name (a recording's path, say) into an 80-column table by its end. */
function shortName(name: string): string {
  return name.length <= 28 ? name : `…${name.slice(-27)}`;
}

function compact(count: number): string {
  if (count < 10_000) return String(count);
  return count < 10_000_000 ? `${Math.round(count / 1000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
