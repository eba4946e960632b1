import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Refusal } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { type Experiment, recordedTasks, refuseSameNames } from '../experiment/experiment.ts';
import { type Preflight, withoutWrongExamples } from '../experiment/preflight.ts';
import { RunFolder } from '../experiment/run-folder.ts';
import { planTrials, runTrials } from '../experiment/run-trials.ts';
import { type Summary, summarizeBenchmark, summarizePipeline, summarizePreflight } from '../experiment/summary.ts';
import type { Trial } from '../experiment/trial.ts';
import { modelsOf, type PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark } from '../tasks/task.ts';
import { openModels, openSandbox } from '../wiring.ts';
import { benchmarkNote, preflightLines, summaryTable } from './bench-table.ts';
import { addBenchmarkOptions, type BenchmarkOptions, openBenchmark, runPreflight } from './benchmark-options.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { addModelOptions, type ModelOptions, pipelinesOf, wholeNumber } from './model-options.ts';
import { withProgress } from './progress.ts';
import { slotSettings } from './solve.ts';

interface BenchOptions extends ModelOptions, BenchmarkOptions {
  readonly preflightOnly?: boolean;
  readonly repeats: number;
  readonly seed: number;
  readonly out?: string;
  readonly slots?: number;
}

/** `greenloop bench`: pipelines on a benchmark. */
export function benchCommand(): Command {
  const command = new Command('bench').description('measure pipelines on a benchmark');
  addModelOptions(addBenchmarkOptions(command), 'model to measure alone (provider/name)')
    .option('--preflight-only', 'only run the reference solutions; needs no model')
    .option('--repeats <n>', 'independent draws of every task', wholeNumber, 1)
    .option('--seed <n>', 'seed of the experiment', Number, 0)
    .option('--slots <n>', 'requests at once per model server', wholeNumber)
    .option('--out <folder>', 'where the files go (default .greenloop/runs/ID)');
  return command.action((options: BenchOptions) =>
    runCommand(command, slotSettings(options.slots), (surroundings) => bench(options, surroundings)),
  );
}

async function bench(options: BenchOptions, surroundings: Surroundings): Promise<number> {
  const { settings, signal, isJson } = surroundings;
  const pipelines = pipelinesOf(options, 'solo');
  refuseSameNames(pipelines);
  if (pipelines.length === 0 && !options.preflightOnly) {
    throw new Refusal('nothing to measure: give --model M, --generator M --refiner M, or --pipeline FILE|PRESET');
  }
  const whole = await openBenchmark(options, surroundings);
  const parallel = options.parallel ?? availableParallelism();
  const sandbox = openSandbox(settings, parallel);
  try {
    const chosen = options.preflightOnly
      ? { benchmark: whole, leftOut: [] }
      : await recorded(whole, pipelines, options, surroundings);
    const { benchmark, leftOut } = chosen;
    const result = await runPreflight(benchmark, options, sandbox, surroundings);
    if (!isJson) for (const line of preflightLines(benchmark, result)) process.stderr.write(`${printable(line)}\n`);
    if (options.preflightOnly) return reportPreflight(benchmark, result, isJson);
    return await measure(
      { benchmark, leftOut, pipelines, parallel, sandbox, preflight: result },
      options,
      surroundings,
    );
  } finally {
    await sandbox.close();
    signal.throwIfAborted();
  }
}

interface Measurement {
  readonly benchmark: Benchmark;
  readonly leftOut: readonly string[];
  readonly pipelines: readonly PipelineSpec[];
  readonly parallel: number;
  readonly sandbox: Sandbox;
  readonly preflight: Preflight | null;
}

/** The benchmark less the tasks that a recording lacks. */
async function recorded(
  benchmark: Benchmark,
  pipelines: readonly PipelineSpec[],
  options: BenchOptions,
  { settings, signal }: Surroundings,
) {
  const model = await openModels([...new Set(pipelines.flatMap(modelsOf))], settings, signal);
  const { tasks, leftOut } = recordedTasks({ benchmark, pipelines, repeats: options.repeats, model });
  if (leftOut.length > 0) {
    process.stderr.write(
      `left out, not in the recording: ${leftOut.length} tasks (${printable(leftOut.slice(0, 8).join(', '))}${leftOut.length > 8 ? ', …' : ''})\n`,
    );
  }
  return { benchmark: { ...benchmark, tasks }, leftOut };
}

async function measure(
  measurement: Measurement,
  options: BenchOptions,
  { settings, signal, isJson }: Surroundings,
): Promise<number> {
  const { pipelines, parallel, sandbox, preflight } = measurement;
  const benchmark =
    preflight === null ? measurement.benchmark : withoutWrongExamples(measurement.benchmark, preflight.wrongExamples);
  const model = await openModels([...new Set(pipelines.flatMap(modelsOf))], settings, signal);
  const { repeats, seed, timeout: timeoutSeconds } = options;
  const experiment: Experiment = {
    benchmark,
    pipelines,
    repeats,
    seed,
    parallel: inFlight(parallel),
    timeoutSeconds,
    sandbox,
    model,
    signal,
  };
  const folder = new RunFolder(options.out ?? join('.greenloop', 'runs', runId(benchmark.name)));
  const start = performance.now();
  const { trials, isComplete } = await runAll(experiment, folder);
  const summary: Summary = {
    benchmark: summarizeBenchmark(benchmark),
    preflight: summarizePreflight(preflight, benchmark.tasks.length),
    repeats,
    seed,
    leftOut: measurement.leftOut,
    complete: isComplete,
    seconds: (performance.now() - start) / 1000,
    pipelines: pipelines.map((spec) => summarizePipeline(spec, trials, repeats)),
  };
  folder.finish(trials, summary);
  process.stdout.write(isJson ? `${JSON.stringify(summary)}\n` : `${printableLines(summaryTable(summary))}\n`);
  process.stderr.write(`${isComplete ? '' : 'stopped; what was done is kept. '}files: ${folder.path}\n`);
  if (!isComplete) return EXIT.interrupted;
  return summary.pipelines.some(({ faults }) => faults > 0) ? EXIT.refused : EXIT.ok;
}

/** Runs all trials; stopped by Ctrl-C, it gives back those that had ended. */
async function runAll(experiment: Experiment, folder: RunFolder): Promise<{ trials: Trial[]; isComplete: boolean }> {
  const planned = planTrials(experiment);
  const trials = new Map<string, Trial>();
  const key = (pipeline: string, taskId: string, repeat: number) => JSON.stringify([pipeline, taskId, repeat]);
  let isComplete = true;
  try {
    await withProgress('trials', planned.length, (step) =>
      runTrials(experiment, (trial) => {
        trials.set(key(trial.pipeline, trial.trace.taskId, trial.trace.repeat), trial);
        folder.add(trial);
        step.tick();
      }),
    );
  } catch (error) {
    if (!experiment.signal?.aborted) throw error;
    isComplete = false;
  }
  const inOrder = planned.map(({ spec, task, repeat }) => trials.get(key(spec.name, task.prompt.id, repeat)));
  return { trials: inOrder.filter((trial) => trial !== undefined), isComplete };
}

/** More trials than sandboxes are in flight, so that executions do not wait behind generation. */
function inFlight(parallel: number): number {
  return parallel * 4;
}

function reportPreflight(benchmark: Benchmark, result: Preflight | null, isJson: boolean): number {
  const summary = {
    benchmark: summarizeBenchmark(benchmark),
    preflight: summarizePreflight(result, benchmark.tasks.length),
  };
  if (isJson) process.stdout.write(`${JSON.stringify({ ...summary, note: benchmarkNote(summary.benchmark) })}\n`);
  return EXIT.ok;
}

function runId(benchmark: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19);
  return `${time}-${benchmark.replaceAll(/[^\w+-]/g, '_').slice(-40)}-${process.pid}`;
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
