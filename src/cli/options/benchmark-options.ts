import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type CheckedBenchmark, checkBenchmark, type PreflightWatch } from '../../runs/preflight.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { BENCHMARK_NAMES, loadBenchmark } from '../../tasks/catalog.ts';
import { selectTasks } from '../../tasks/select-tasks.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { dataPlaces } from '../../wiring/places.ts';
import type { Surroundings } from '../command.ts';
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
    .option('--timeout <seconds>', 'time limit for one run of the code', limitSeconds, 10)
    .option('--parallel <n>', 'programs to run at the same time (default: cores)', wholeNumber);
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

/** Shows how far a preflight is. */
export const preflightWatch: PreflightWatch = {
  withProgress: (tasks, work) => withProgress('preflight', tasks, (step) => work(() => step.tick())),
};

/** Leaves out the chosen tasks that cannot be judged here; see `checkBenchmark`. */
export function checkTasks(
  benchmark: Benchmark,
  { parallel = availableParallelism(), timeout: timeoutSeconds, skipPreflight }: BenchmarkOptions,
  sandbox: Sandbox,
  { signal }: Surroundings,
): Promise<CheckedBenchmark> {
  return checkBenchmark(benchmark, { sandbox, parallel, timeoutSeconds, skipPreflight, signal }, preflightWatch);
}

/** `9.9 MiB of 986.0 MiB (1 %)`. */
export function downloaded(bytes: number, total: number | null): string {
  const mebibytes = (count: number) => `${(count / (1 << 20)).toFixed(1)} MiB`;
  return total === null
    ? mebibytes(bytes)
    : `${mebibytes(bytes)} of ${mebibytes(total)} (${Math.round((100 * bytes) / total)} %)`;
}
