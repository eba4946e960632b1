import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { Refusal } from '../../base/errors.ts';
import { findWithoutChecks, type Preflight, preflight, withoutTasks } from '../../runs/preflight.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { BENCHMARK_NAMES, loadBenchmark } from '../../tasks/catalog.ts';
import { selectTasks } from '../../tasks/select-tasks.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { dataPlaces } from '../../wiring/places.ts';
import { leftOutText } from '../bench/bench-table.ts';
import type { Surroundings } from '../command.ts';
import { say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { limitSeconds, wholeNumber } from './option-values.ts';

export interface BenchmarkOptions {
  readonly benchmark: string;
  readonly limit?: number;
  readonly tasks?: string;
  readonly skipPreflight?: boolean;
  readonly timeout: number;
  readonly parallel?: number;
}

/** Adds the options that choose tasks and say how they are judged. */
export function addBenchmarkOptions(command: Command, { isRequired = true } = {}): Command {
  const names = `${BENCHMARK_NAMES.join(', ')}, or a task file`;
  return command
    .optionsGroup('Tasks:')
    .addOption(new Option('-b, --benchmark <name|file>', names).makeOptionMandatory(isRequired))
    .option('--limit <n>', 'only the first N tasks', wholeNumber)
    .option('--tasks <glob>', 'only tasks whose id matches (* matches / too)')
    .optionsGroup('Judging:')
    .option('--skip-preflight', 'do not run the reference solutions first')
    .option('--timeout <seconds>', 'wall time for one run of a candidate', limitSeconds, 10)
    .option('--parallel <n>', 'candidates run at the same time (default: cores)', wholeNumber);
}

/** Loads the benchmark, all its tasks. */
export function openBenchmark({ benchmark }: BenchmarkOptions, { settings, signal }: Surroundings): Promise<Benchmark> {
  return withProgress(`reading ${benchmark}`, null, (step) => {
    const onProgress = (bytes: number, total: number | null) => step.show(downloaded(bytes, total));
    return loadBenchmark(benchmark, dataPlaces(settings, signal, onProgress));
  });
}

/** The benchmark with the chosen tasks only. */
export function chooseTasks(benchmark: Benchmark, { tasks: glob, limit }: BenchmarkOptions): Benchmark {
  const selection = { ...(glob !== undefined && { glob }), ...(limit !== undefined && { limit }) };
  return { ...benchmark, tasks: selectTasks(benchmark.tasks, selection) };
}

/** The tasks that can be judged, and what their references showed. */
export interface CheckedBenchmark {
  readonly benchmark: Benchmark;
  /** Null where it was skipped. */
  readonly preflight: Preflight | null;
  /** Ids of the tasks that were left out, as their tests make no check. */
  readonly withoutChecks: readonly string[];
}

/** Runs the references of the chosen tasks; refuses to go on where one fails. Tasks whose tests make no check are left out and named. */
export async function runPreflight(
  benchmark: Benchmark,
  options: BenchmarkOptions,
  sandbox: Sandbox,
  { signal }: Surroundings,
): Promise<CheckedBenchmark> {
  const parallel = options.parallel ?? availableParallelism();
  const judging = { sandbox, parallel, signal, timeoutSeconds: options.timeout };
  const result = options.skipPreflight
    ? null
    : await withProgress('preflight', benchmark.tasks.length, (step) =>
        preflight(benchmark, { ...judging, onTask: () => step.tick() }),
      );
  if (result !== null && result.failures.length > 0) throw new Refusal(preflightRefusal(result));
  const withoutChecks = result?.withoutChecks ?? (await findWithoutChecks(benchmark, judging));
  const checked = withoutTasks(benchmark, withoutChecks);
  if (withoutChecks.length > 0) say(leftOutText('their tests make no check', withoutChecks));
  if (checked.tasks.length === 0)
    throw new Refusal('no chosen task has tests that check anything; write at least one assert');
  return { benchmark: checked, preflight: result, withoutChecks };
}

function preflightRefusal({ failures, tasks }: Preflight): string {
  const named = failures.slice(0, 5).map(({ taskId, suite, reason }) => `${taskId} (${suite}: ${reason})`);
  const rest = failures.length > named.length ? ` and ${failures.length - named.length} more` : '';
  return `${failures.length} of ${tasks} reference solutions fail here, so no verdict could be trusted: ${named.join('; ')}${rest}; leave these tasks out with --tasks, or judge anyway with --skip-preflight`;
}

/** `9.9 MiB of 986.0 MiB (1 %)`. */
export function downloaded(bytes: number, total: number | null): string {
  const mebibytes = (count: number) => `${(count / (1 << 20)).toFixed(1)} MiB`;
  return total === null
    ? mebibytes(bytes)
    : `${mebibytes(bytes)} of ${mebibytes(total)} (${Math.round((100 * bytes) / total)} %)`;
}
