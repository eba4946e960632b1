import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { Refusal } from '../base/errors.ts';
import { readJsonLines, toJsonLines } from '../base/json-lines.ts';
import type { Preflight } from '../experiment/preflight.ts';
import {
  passAtKTable,
  readSamples,
  type Sample,
  type ScoredSample,
  scoreSamples,
} from '../experiment/score-samples.ts';
import { type BenchmarkSummary, summarizeBenchmark, summarizePreflight } from '../experiment/summary.ts';
import { parseRepairNames } from '../pipeline/pipeline-spec.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Benchmark } from '../tasks/task.ts';
import { preflightLines } from './bench-table.ts';
import {
  addBenchmarkOptions,
  type BenchmarkOptions,
  chooseTasks,
  openBenchmark,
  runPreflight,
} from './benchmark-options.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from './command.ts';
import { path } from './option-values.ts';
import { count, print, printableLines, printJson, refuseUnwritable, say, writeText } from './output.ts';
import { withProgress } from './progress.ts';

interface ScoreOptions extends BenchmarkOptions {
  readonly repair: string;
  readonly out?: string;
}

/** `greenloop score`: judge samples that came from elsewhere. */
export function scoreCommand(): Command {
  const command = new Command('score')
    .description('judge samples that came from elsewhere')
    .argument('<samples>', 'samples.jsonl or .jsonl.gz: task_id with solution (whole program) or completion');
  addBenchmarkOptions(command)
    .option('--repair <which>', 'static repairs: all, none, or a list of context,imports,entry-point,layout', 'none')
    .option('--out <folder>', 'where STEM_results.jsonl goes (default: beside the samples)', path);
  return command.action((samples: string, options: ScoreOptions) =>
    runCommand(command, (surroundings) => score(samples, options, surroundings)),
  );
}

async function score(file: string, options: ScoreOptions, surroundings: Surroundings): Promise<number> {
  const { benchmark, samples } = await readChosen(file, options, surroundings);
  const out = resultsPath(file, options.out);
  refuseUnwritable(out);
  const parallel = options.parallel ?? availableParallelism();
  const sandbox = await openSandboxAloud(surroundings, parallel);
  try {
    const preflight = await runPreflight(benchmark, options, sandbox, surroundings);
    if (!surroundings.isJson) say(...preflightLines(benchmark, preflight));
    const start = performance.now();
    const scored = await scoreAll(samples, { sandbox, parallel }, options, surroundings);
    const seconds = (performance.now() - start) / 1000;
    writeText(out, toJsonLines(scored.map(resultRow)));
    if (scored.length < samples.length) {
      say(`stopped: ${scored.length} of ${count(samples.length, 'sample')} were judged. results: ${out}`);
      return EXIT.interrupted;
    }
    return await report({ benchmark, preflight, scored, seconds, out }, surroundings);
  } finally {
    await sandbox.close();
  }
}

/** The samples of the chosen tasks, and the benchmark with the tasks that they are of. */
async function readChosen(file: string, options: ScoreOptions, surroundings: Surroundings) {
  const repairs = parseRepairNames(options.repair, '--repair');
  const rows = readJsonLines(file);
  if (rows.length === 0) throw new Refusal(`${file} holds no samples`);
  const whole = await openBenchmark(options, surroundings);
  const chosen = new Set(chooseTasks(whole, options).tasks);
  const all = readSamples(rows, whole, repairs, file);
  const samples = all.filter(({ task }) => chosen.has(task));
  if (samples.length === 0) throw new Refusal(`${file} holds no sample of the chosen tasks`);
  if (samples.length < all.length) say(`left out, of other tasks: ${count(all.length - samples.length, 'sample')}`);
  const used = new Set(samples.map(({ task }) => task));
  return { samples, benchmark: { ...whole, tasks: whole.tasks.filter((task) => used.has(task)) } };
}

/** The judged samples in order; stopped by Ctrl-C, those that had been judged. */
async function scoreAll(
  samples: readonly Sample[],
  judging: { readonly sandbox: Sandbox; readonly parallel: number },
  { timeout: timeoutSeconds }: ScoreOptions,
  { signal }: Surroundings,
): Promise<ScoredSample[]> {
  const judged: ScoredSample[] = [];
  try {
    return await withProgress('samples', samples.length, (step) =>
      scoreSamples(samples, {
        ...judging,
        signal,
        timeoutSeconds,
        onSample: (scored, index) => {
          judged[index] = scored;
          step.tick();
        },
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    return judged.filter((scored) => scored !== undefined);
  }
}

interface Scoring {
  readonly benchmark: Benchmark;
  readonly preflight: Preflight | null;
  readonly scored: readonly ScoredSample[];
  readonly seconds: number;
  readonly out: string;
}

async function report({ benchmark, preflight, scored, seconds, out }: Scoring, { isJson }: Surroundings) {
  const summary = {
    benchmark: summarizeBenchmark(benchmark),
    preflight: summarizePreflight(preflight, benchmark.tasks.length),
    ...countsOf(scored),
    passAtK: passAtKTable(scored),
    seconds,
    results: out,
  };
  await (isJson ? printJson(summary) : print(`${printableLines(describe(summary))}\n`));
  return summary.faults > 0 ? EXIT.refused : EXIT.ok;
}

function countsOf(scored: readonly ScoredSample[]) {
  const hasPlus = scored.some(({ grade }) => grade?.plus != null);
  return {
    samples: scored.length,
    passed: scored.filter(({ grade }) => grade?.passed).length,
    basePassed: hasPlus ? scored.filter(({ grade }) => grade?.base.kind === 'passed').length : null,
    faults: scored.filter(({ grade }) => grade === null).length,
  };
}

interface ScoreSummary extends ReturnType<typeof countsOf> {
  readonly benchmark: BenchmarkSummary;
  readonly passAtK: Readonly<Record<string, number>>;
  readonly results: string;
}

function describe({ benchmark, samples, passed, basePassed, faults, passAtK, results }: ScoreSummary): string {
  const base = basePassed === null ? '' : ` (${basePassed} the base tests)`;
  const rates = Object.entries(passAtK).map(([k, value]) => `pass@${k} ${(100 * value).toFixed(1)} %`);
  return [
    `${benchmark.name}: ${passed} of ${count(samples, 'sample')} pass${base}, ${count(faults, 'fault')}`,
    ...(rates.length === 0 ? [] : [`over ${count(benchmark.tasks, 'task')}: ${rates.join(', ')}`]),
    `results: ${results}`,
  ].join('\n');
}

function resultsPath(samples: string, folder: string | undefined): string {
  return join(folder ?? dirname(samples), `${basename(samples).replace(/\.jsonl(\.gz)?$/, '')}_results.jsonl`);
}

function resultRow({ taskId, grade, result }: ScoredSample) {
  return { task_id: taskId, passed: grade?.passed ?? false, result };
}
