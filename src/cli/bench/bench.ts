import { join } from 'node:path';
import { Command, Option } from 'commander';
import { again } from '../../analysis/comparison.ts';
import { measureRun } from '../../analysis/measure-run.ts';
import type { Summary } from '../../analysis/summary.ts';
import { Refusal } from '../../base/errors.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { benchReport } from '../../report/bench-report.ts';
import { INTERVALS, type IntervalOf } from '../../report/comparison-tables.ts';
import { benchmarkNote, leftOutLines, preflightLines } from '../../report/preflight-lines.ts';
import { summarizeBenchmark, summarizePreflight } from '../../runs/benchmark-summary.ts';
import type { RunEvent } from '../../runs/event.ts';
import { countTrials, isRepeatable, planHash, planRun } from '../../runs/plan.ts';
import { isUsed, RunFolder, refuseForeignFolder } from '../../runs/run-folder.ts';
import { demandOf, refuseSameNames } from '../../runs/services.ts';
import type { OpenServices } from '../../wiring/open-services.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import {
  addBenchmarkOptions,
  type BenchmarkOptions,
  checkTasks,
  chooseTasks,
  openBenchmark,
} from '../options/benchmark-options.ts';
import { addModelOptions, type ModelOptions, pipelinesOf } from '../options/model-options.ts';
import { path, seedNumber, wholeNumber } from '../options/option-values.ts';
import { print, printableLines, printJson, printReport, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { planBench } from './bench-plan.ts';
import { withServices } from './with-services.ts';

interface BenchOptions extends ModelOptions, BenchmarkOptions {
  readonly preflightOnly?: boolean;
  readonly plan?: boolean;
  readonly repeats: number;
  readonly seed: number;
  readonly aA?: boolean;
  readonly interval: IntervalOf;
  readonly out?: string;
  readonly fresh?: boolean;
}

/** `greenloop bench`: pipelines on a benchmark. */
export function benchCommand(): Command {
  const command = new Command('bench').description('measure pipelines on a benchmark');
  addModelOptions(addBenchmarkOptions(command), 'model to measure alone (provider/name)')
    .option('--slots <n>', 'requests at once per model server', wholeNumber)
    .optionsGroup('Run:')
    .option('--preflight-only', 'only run the reference solutions; needs no model')
    .option('--plan', 'only say what it will take: trials, calls, tokens, hours; asks no model')
    .option('--repeats <n>', 'independent draws of every task', wholeNumber, 1)
    .option('--seed <n>', 'seed of the run', seedNumber, 0)
    .option('--a-a', 'each pipeline against itself on as many draws again: what a comparison of equals says')
    .addOption(
      new Option('--interval <of>', 'what intervals are for: tasks like these, or these alone, where only draws vary')
        .choices(INTERVALS)
        .default('tasks'),
    )
    .option('--out <folder>', 'where the files go (default: a new folder in .greenloop/runs)', path)
    .option('--fresh', 'ask and run everything anew, and keep that in place of what was kept');
  return command.action((options: BenchOptions) =>
    runCommand(command, (surroundings) =>
      options.preflightOnly && !options.plan ? preflightOnly(options, surroundings) : bench(options, surroundings),
    ),
  );
}

async function preflightOnly(options: BenchOptions, surroundings: Surroundings): Promise<number> {
  if (options.skipPreflight) throw new Refusal('--preflight-only and --skip-preflight leave nothing to do; give one');
  const chosen = chooseTasks(await openBenchmark(options, surroundings), options);
  const sandbox = await openSandboxAloud(surroundings, options.parallel);
  try {
    const { benchmark, preflight, leftOut } = await checkTasks(chosen, options, sandbox, surroundings);
    say(...leftOutLines(leftOut));
    const summary = {
      benchmark: summarizeBenchmark(benchmark),
      preflight: summarizePreflight(preflight, benchmark.tasks.length, leftOut),
    };
    await (surroundings.isJson
      ? printJson({ ...summary, note: benchmarkNote(summary.benchmark) })
      : print(`${printableLines(preflightLines(benchmark, preflight).join('\n'))}\n`));
    return EXIT.ok;
  } finally {
    await sandbox.close();
  }
}

async function bench(options: BenchOptions, surroundings: Surroundings): Promise<number> {
  const pipelines = pipelinesToMeasure(options);
  if (options.plan && options.preflightOnly)
    throw new Refusal('--plan runs nothing, not even the references; leave out --preflight-only');
  if (options.plan) {
    const benchmark = chooseTasks(await openBenchmark(options, surroundings), options);
    return planBench(pipelines, { benchmark, repeats: drawsOf(options) }, surroundings);
  }
  if (options.out !== undefined) refuseUsedFolder(options.out, options);
  if (options.interval === 'draws' && options.repeats < 2)
    throw new Refusal('--interval draws needs at least two draws of every task; add --repeats 5');
  const demand = demandOf(pipelines, drawsOf(options));
  return withServices(demand, options, surroundings, (opened) => measure(pipelines, opened, options, surroundings));
}

/** Repeats in all: against itself a pipeline has others for each of its two sides. */
function drawsOf({ repeats, aA }: BenchOptions): number {
  return aA ? 2 * repeats : repeats;
}

async function measure(
  pipelines: readonly PipelineSpec[],
  { services, ledger, reuse, checked, unrecorded }: OpenServices,
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { seed, timeout: timeoutSeconds, aA: isAgainstItself = false, fresh = false } = options;
  const { benchmark } = services;
  const { signal } = surroundings;
  const plan = await planRun({ pipelines, repeats: drawsOf(options), seed, timeoutSeconds }, services, signal);
  const writer = await ledger.runs.begin({
    plan,
    prompts: benchmark.tasks.map(({ prompt }) => prompt),
    keepTrials: !fresh && isRepeatable(plan),
  });
  if (writer === null && options.out !== undefined) refuseSharedFolder(options.out);
  const path = options.out ?? join('.greenloop', 'runs', folderName(benchmark.name));
  const folder = new RunFolder(path, planHash(plan));
  const where = `${writer === null ? '' : `run ${writer.id}, `}files: ${path}`;
  const record = {
    ...{ store: ledger.runs, writer, folder, reuse, isAgainstItself, leftOut: unrecorded },
    preflight: summarizePreflight(checked.preflight, benchmark.tasks.length, checked.leftOut),
  };
  const summary = await withProgress('trials', countTrials(plan), (step) => {
    const onEvent = ({ kind }: RunEvent) => {
      if (kind === 'trial-ended') step.tick();
    };
    return measureRun(plan, services, { ...record, onEvent }, signal);
  }).catch((error: unknown) => {
    say(`what was done before is kept. ${where}`);
    throw error;
  });
  return report(summary, where, options.interval, surroundings);
}

async function report(
  summary: Summary,
  where: string,
  interval: IntervalOf,
  { isJson, signal }: Surroundings,
): Promise<number> {
  try {
    await (isJson ? printJson(summary) : printReport(benchReport(summary, interval)));
  } finally {
    say(`${summary.complete ? '' : 'stopped; what was done is kept. '}${where}`);
  }
  if (!summary.complete && signal.aborted) return EXIT.interrupted;
  return summary.pipelines.some(({ faults }) => faults > 0) ? EXIT.refused : EXIT.ok;
}

function pipelinesToMeasure(options: BenchOptions): PipelineSpec[] {
  const pipelines = pipelinesOf(options, 'solo');
  if (pipelines.length === 0) {
    throw new Refusal('nothing to measure: give --model M, --generator M --refiner M, or --pipeline FILE|PRESET');
  }
  const others = options.aA ? pipelines.map((spec) => ({ ...spec, name: again(spec.name) })) : [];
  refuseSameNames([...pipelines, ...others]);
  return pipelines;
}

/** A run never writes over the files of another one, and goes on with those of its own. */
function refuseUsedFolder(folder: string, { fresh }: BenchOptions): void {
  refuseForeignFolder(folder);
  if (fresh && isUsed(folder))
    throw new Refusal(
      `${folder} holds the files of a run, which --fresh would replace; choose another folder with --out`,
    );
}

/** Another process that is running the same experiment may be writing there. */
function refuseSharedFolder(folder: string): void {
  if (isUsed(folder))
    throw new Refusal(
      `${folder} holds the files of a run that the ledger cannot go on with; choose another folder with --out`,
    );
}

function folderName(benchmark: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19);
  return `${time}-${benchmark.replaceAll(/[^\w+-]/g, '_').slice(-40)}-${process.pid}`;
}
