import type { Benchmark } from '../tasks/task.ts';
import type { LeftOutTask, Preflight } from './preflight.ts';

/** What a run says of its benchmark. */
export interface BenchmarkSummary {
  readonly name: string;
  readonly tasks: number;
  readonly sha256: string;
  /** Grading tests that no prompt shows, over all tasks; null where a task's cannot be counted. */
  readonly hiddenTests: number | null;
}

/** What a run says of its preflight. */
export interface PreflightSummary {
  readonly skipped: boolean;
  readonly tasks: number;
  readonly passed: number;
  readonly failed: number;
  /** Tasks that cannot be judged, and why. */
  readonly leftOut: readonly LeftOutTask[];
  readonly wrongExamples: readonly { readonly taskId: string; readonly source: string }[];
}

export function summarizeBenchmark({ name, tasks, sha256 }: Benchmark): BenchmarkSummary {
  const counts = tasks.map(({ grader }) => grader.hiddenTests);
  const hiddenTests = counts.reduce<number | null>(
    (sum, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
  return { name, tasks: tasks.length, sha256, hiddenTests };
}

/** `tasks` are those that can be judged. */
export function summarizePreflight(
  result: Preflight | null,
  tasks: number,
  leftOut: readonly LeftOutTask[],
): PreflightSummary {
  if (result === null) return { skipped: true, tasks, passed: 0, failed: 0, leftOut, wrongExamples: [] };
  const { passed, failed, wrongExamples } = result;
  return { skipped: false, tasks: result.tasks, passed, failed, leftOut, wrongExamples };
}
