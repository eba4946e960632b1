import { count } from '../base/count.ts';
import { type BenchmarkSummary, summarizeBenchmark } from '../runs/benchmark-summary.ts';
import type { LeftOutTask, Preflight } from '../runs/preflight.ts';
import { leftOutExamples } from '../tasks/left-out-examples.ts';
import type { Benchmark } from '../tasks/task.ts';

const MOST_IDS = 8;

/** What preflight found, a line each. */
export function preflightLines(benchmark: Benchmark, result: Preflight | null): string[] {
  if (result === null) return ['preflight skipped: the tests of this run were not checked'];
  const { passed, withoutReference, tasks, wrongExamples, tasksWithExamples } = result;
  const unknown = withoutReference === 0 ? '' : `, ${count(withoutReference, 'task')} without one`;
  return [
    `preflight: ${passed}/${tasks} reference solutions pass${unknown}; examples in the prompts of ${count(tasksWithExamples, 'task')}`,
    ...leftOutExamplesLine(benchmark),
    ...wrongExamples.map(
      ({ taskId, source }) =>
        `  ${taskId}: the example "${source.replaceAll(/\s+/g, ' ')}" is not used, as the reference fails it`,
    ),
    ...[benchmarkNote(summarizeBenchmark(benchmark))].filter((note) => note !== null),
  ];
}

function leftOutExamplesLine({ tasks }: Benchmark): string[] {
  const counts = tasks.map(({ prompt }) => leftOutExamples(prompt).length).filter((left) => left > 0);
  if (counts.length === 0) return [];
  const sum = counts.reduce((total, left) => total + left, 0);
  return [
    `  ${count(sum, 'example')} in ${count(counts.length, 'prompt')} cannot be checked as written and ${sum === 1 ? 'is' : 'are'} not used`,
  ];
}

/** What to know of a benchmark before believing its numbers, or null. */
export function benchmarkNote({ name, hiddenTests }: BenchmarkSummary): string | null {
  return hiddenTests === 0 ? `${name} has no hidden tests: every grading test is visible in its prompt` : null;
}

/** `left out, REASON: 2 tasks (own/1, own/2)`, a line for each reason. */
export function leftOutLines(leftOut: readonly LeftOutTask[]): string[] {
  const byReason = Map.groupBy(leftOut, ({ reason }) => reason);
  return [...byReason].map(([reason, tasks]) => {
    const ids = tasks.map(({ taskId }) => taskId);
    return leftOutText(reason, ids);
  });
}

/** The tasks that a recording lacks. */
export function unrecordedText(ids: readonly string[]): string {
  return leftOutText('not in the recording', ids);
}

function leftOutText(reason: string, ids: readonly string[]): string {
  const names = `${ids.slice(0, MOST_IDS).join(', ')}${ids.length > MOST_IDS ? ', …' : ''}`;
  return `left out, ${reason}: ${count(ids.length, 'task')} (${names})`;
}
