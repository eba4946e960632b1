import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { again, type Comparison, isClear } from '../../analysis/comparison.ts';
import type { Summary } from '../../analysis/summary.ts';
import { count } from '../../base/count.ts';
import { Refusal, ServerGone } from '../../base/errors.ts';
import { printableLines } from '../../base/printable.ts';
import { heldOutTasks, tasksThatChose } from '../../evolve/search-tasks.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { benchReport } from '../../report/bench-report.ts';
import { INTERVALS, type IntervalOf } from '../../report/comparison-tables.ts';
import { benchmarkNote, leftOutLines, preflightLines } from '../../report/preflight-lines.ts';
import { summarizeBenchmark, summarizePreflight } from '../../runs/benchmark-summary.ts';
import { newRunFolder } from '../../runs/run-folder.ts';
import { refuseSameNames } from '../../runs/services.ts';
import type { Benchmark } from '../../tasks/task.ts';
import { type MeasureRequest, type MeasureWatch, measurePipelines } from '../../wiring/measure-pipelines.ts';
import { withAdvice } from '../advice.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import { commandAgain } from '../next-command.ts';
import { addBenchmarkOptions, checkTasks, chooseTasks, openBenchmark } from '../options/benchmark-options.ts';
import { configuredModel } from '../options/default-model.ts';
import { addModelOptions, choosePipelines, type ModelOptions } from '../options/model-options.ts';
import { path, points, seedNumber, wholeNumber } from '../options/option-values.ts';
import {
  addQueueOption,
  addServerWaitOption,
  chosenQueue,
  type ServicesOptions,
  sayChecked,
  servicesRequest,
  servicesWatch,
} from '../options/services-options.ts';
import { print, printJson, printReport, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { planBench } from './bench-plan.ts';
import { SolvedSoFar } from './solved-so-far.ts';

interface BenchOptions extends ModelOptions, ServicesOptions {
  readonly preflightOnly?: boolean;
  readonly plan?: boolean;
  readonly repeats?: number;
  readonly seed: number;
  readonly untilClear?: boolean;
  readonly atMost?: number;
  readonly margin?: number;
  readonly aA?: boolean;
  readonly interval: IntervalOf;
  readonly out?: string;
  readonly heldOut?: string;
}

/** Repeats at most where nobody says how many, until a comparison is clear. */
const MOST_REPEATS = 10;

/** `greenloop bench`: pipelines on a benchmark. */
export function benchCommand(): Command {
  const command = new Command('bench').description('measure how many tasks of a benchmark pipelines solve');
  addModelOptions(addBenchmarkOptions(command), 'model to measure on its own; repeatable');
  addQueueOption(addServerWaitOption(command.option('--slots <n>', 'requests at once per model server', wholeNumber)))
    .optionsGroup('Run:')
    .option('--held-out <folder>', 'only the held-out tasks of the search in this folder', path)
    .option('--preflight-only', 'run only the reference solutions; needs no model')
    .option('--plan', 'print the trials, calls, tokens and hours that it takes; asks no model')
    .option('--repeats <n>', 'independent draws of every task (default: 1)', wholeNumber)
    .option('--until-clear', 'add repeats until every comparison with the first pipeline is clear')
    .option('--at-most <n>', `with --until-clear: repeats at most (default: ${MOST_REPEATS})`, wholeNumber)
    .option('--margin <points>', 'also say which pipelines are equivalent within so many points, or not worse', points)
    .option('--seed <n>', 'random seed', seedNumber, 0)
    .option('--a-a', 'A/A check: compare each pipeline with itself on fresh draws')
    .addOption(
      new Option('--interval <of>', 'intervals for tasks like these, or for draws on these tasks alone')
        .choices(INTERVALS)
        .default('tasks'),
    )
    .option('--out <folder>', 'folder for the files (default: a new one in .greenloop/runs)', path)
    .option('--fresh', 'ask and run everything again, and replace the cached answers');
  return command.action((options: BenchOptions) =>
    runCommand(command, (surroundings) =>
      options.preflightOnly && !options.plan ? preflightOnly(options, surroundings) : bench(options, surroundings),
    ),
  );
}

async function preflightOnly(options: BenchOptions, surroundings: Surroundings): Promise<number> {
  if (options.skipPreflight) throw new Refusal('--preflight-only and --skip-preflight leave nothing to do; give one');
  const chosen = await chooseBenchmark(options, surroundings);
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
  refuseUnclear(options);
  const pipelines = await pipelinesToMeasure(options, surroundings);
  if (options.untilClear && pipelines.length < 2)
    throw new Refusal('--until-clear compares pipelines with the first one; name at least two');
  if (options.plan && options.preflightOnly)
    throw new Refusal('--plan runs nothing, not even the references; leave out --preflight-only');
  if (options.interval === 'draws' && (options.repeats ?? 1) < 2 && !options.plan)
    throw new Refusal('--interval draws needs at least two draws of every task; add --repeats 5');
  const benchmark = await chooseBenchmark(options, surroundings);
  const { seed, out: folder = newRunFolder(benchmark.name), aA: isAgainstItself = false, interval } = options;
  const { untilClear: isUntilClear = false, atMost = MOST_REPEATS, margin = null } = options;
  const repeats = isUntilClear ? atMost : (options.repeats ?? 1);
  const asked = { pipelines, repeats: isAgainstItself ? 2 * repeats : repeats, isUntilClear, margin };
  if (options.plan) return planBench({ ...asked, benchmark }, surroundings);
  const request = { ...servicesRequest(benchmark, options, surroundings), ...asked, seed, folder, isAgainstItself };
  const warnings = choiceWarnings(options, benchmark);
  return measure(request, { interval, warnings }, surroundings);
}

function refuseUnclear({ untilClear, atMost, repeats, aA, interval }: BenchOptions): void {
  if (!untilClear) {
    if (atMost === undefined) return;
    throw new Refusal('--at-most is for --until-clear; give both, or say how many with --repeats');
  }
  if (repeats !== undefined)
    throw new Refusal('--until-clear chooses the repeats; leave out --repeats, or give --at-most');
  if (aA) throw new Refusal('--a-a compares fixed numbers of repeats; leave out --until-clear');
  if (interval === 'draws') throw new Refusal('--until-clear decides over tasks; leave out --interval draws');
}

async function chooseBenchmark(options: BenchOptions, surroundings: Surroundings): Promise<Benchmark> {
  const whole = await openBenchmark(options, surroundings);
  return chooseTasks(options.heldOut === undefined ? whole : heldOutTasks(whole, options.heldOut), options);
}

/** Names each champion of a search that is to be measured on tasks that chose it. */
function choiceWarnings({ pipeline: files = [] }: BenchOptions, benchmark: Benchmark): string[] {
  return files.flatMap((file) => {
    const chose = tasksThatChose(file, benchmark);
    if (chose === 0) return [];
    const share = `${chose} of ${count(benchmark.tasks.length, 'task')}`;
    return [
      `${file} was chosen on ${share} of this run, so its numbers are too high; --held-out ${dirname(file)} takes the others`,
    ];
  });
}

interface Telling {
  readonly interval: IntervalOf;
  /** What to know before all numbers. */
  readonly warnings: readonly string[];
}

async function measure(request: MeasureRequest, telling: Telling, surroundings: Surroundings): Promise<number> {
  const { settings, signal } = surroundings;
  const next = commandAgain(surroundings.words, { without: ['--fresh'] });
  const solved = new SolvedSoFar();
  let where = '';
  const watch: MeasureWatch = {
    ...servicesWatch(surroundings),
    onChecked: (checked) => sayChecked(checked, surroundings),
    onBegun: ({ id, folder }) => {
      where = `${id === null ? '' : `run ${id}, `}files: ${folder}`;
    },
    onEvent: (event) => solved.take(event),
    onLook: (repeats, comparisons) => say(lookLine(repeats, comparisons)),
    progress: (trials, run) => {
      const detail = () => solved.text();
      return withProgress('trials', trials, (step) => run(() => step.tick()), { detail });
    },
  };
  const summary = await measurePipelines(request, settings, watch, signal).catch((error: unknown) => {
    if (where !== '') say(`what was measured is kept. ${where}`);
    throw error;
  });
  await report(summary, { ...telling, where, next }, surroundings);
  if (!summary.complete && signal.aborted) return EXIT.interrupted;
  return !summary.complete || summary.pipelines.some(({ faults }) => faults > 0) ? EXIT.refused : EXIT.ok;
}

/** `after 3 repeats: 1 of 2 comparisons clear`. */
function lookLine(repeats: number, comparisons: readonly Comparison[]): string {
  const clear = comparisons.filter(isClear).length;
  return `after ${count(repeats, 'repeat')}: ${clear} of ${count(comparisons.length, 'comparison')} clear`;
}

interface ReportOptions extends Telling {
  /** Id and files of the run. */
  readonly where: string;
  /** The command that continues the run. */
  readonly next: string;
}

async function report(
  summary: Summary,
  { interval, warnings, where, next }: ReportOptions,
  { isJson }: Surroundings,
): Promise<void> {
  const { complete, stoppedBy } = summary;
  try {
    await (isJson
      ? printJson(warnings.length === 0 ? summary : { ...summary, warnings })
      : printReport([...(warnings.length === 0 ? [] : [{ notes: warnings }]), ...benchReport(summary, interval)]));
  } finally {
    if (stoppedBy !== undefined) say(`greenloop: ${withAdvice(new ServerGone(stoppedBy))}`);
    say(`${complete ? '' : 'stopped; what was measured is kept. '}${where}`);
    if (!complete) say(`to continue: ${next}`);
  }
}

async function pipelinesToMeasure(options: BenchOptions, surroundings: Surroundings): Promise<PipelineSpec[]> {
  const queue = chosenQueue(options);
  const named = await choosePipelines(options, 'solo', surroundings, queue);
  const pipelines =
    named.length > 0 ? named : await choosePipelines(configuredModel(surroundings), 'solo', surroundings, queue);
  if (pipelines.length === 0) {
    throw new Refusal('nothing to measure: give --model M, --generator M --refiner M, or --pipeline FILE|PRESET');
  }
  const others = options.aA ? pipelines.map((spec) => ({ ...spec, name: again(spec.name) })) : [];
  refuseSameNames([...pipelines, ...others]);
  return pipelines;
}
