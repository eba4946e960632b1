import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import { toJsonLines } from '../../base/json-lines.ts';
import { LONGEST_ANSWER } from '../../base/limit-text.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import { parseRepairNames } from '../../pipeline/pipeline-spec.ts';
import { scoreReport } from '../../report/score-report.ts';
import { summarizeBenchmark, summarizePreflight } from '../../runs/benchmark-summary.ts';
import type { CheckedBenchmark } from '../../runs/preflight.ts';
import {
  agreement,
  passAtKTable,
  readSampleRows,
  readSamples,
  type Sample,
  type ScoredSample,
  scoreSamples,
} from '../../runs/score-samples.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { sayChecked } from '../bench/with-services.ts';
import { EXIT, openSandboxAloud, runCommand, type Surroundings } from '../command.ts';
import {
  addBenchmarkOptions,
  type BenchmarkOptions,
  checkTasks,
  chooseTasks,
  openBenchmark,
} from '../options/benchmark-options.ts';
import { path } from '../options/option-values.ts';
import { print, printableLines, printJson, printReport, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

export interface JudgingOptions extends BenchmarkOptions {
  readonly repair: string;
}

interface ScoreOptions extends JudgingOptions {
  readonly out?: string;
}

/** Samples as they were judged; fewer of these where Ctrl-C stopped it. */
export interface Judged extends CheckedBenchmark {
  readonly samples: readonly Sample[];
  readonly scored: readonly ScoredSample[];
  readonly seconds: number;
  readonly sandbox: Sandbox;
}

/** `greenloop score`: judge samples that came from elsewhere. */
export function scoreCommand(): Command {
  const command = new Command('score')
    .description('judge samples that came from elsewhere')
    .argument(
      '<samples>',
      'samples.jsonl or .jsonl.gz: task_id with solution (whole program) or completion; or EvalPlus results',
    );
  addRepairOption(addBenchmarkOptions(command)).option(
    '--out <folder>',
    'where STEM_results.jsonl goes (default: beside the samples)',
    path,
  );
  return command.action((samples: string, options: ScoreOptions) =>
    runCommand(command, (surroundings) => score(samples, options, surroundings)),
  );
}

/** Adds the option for what is repaired before samples are judged. */
export function addRepairOption(command: Command): Command {
  const help = 'static repairs: all, none, or a list of context,imports,entry-point,layout';
  return command.option('--repair <which>', help, 'none');
}

async function score(file: string, options: ScoreOptions, surroundings: Surroundings): Promise<number> {
  const out = resultsPath(file, options.out);
  refuseUnwritable(out);
  return judgeFile(file, options, surroundings, async (judged) => {
    const { samples, scored } = judged;
    writeText(out, toJsonLines(scored.map(resultRow)));
    if (scored.length < samples.length) {
      say(`stopped: ${scored.length} of ${count(samples.length, 'sample')} were judged. results: ${out}`);
      return EXIT.interrupted;
    }
    return await report(judged, out, surroundings);
  });
}

/** Judges the samples of a file, and has the work done with them while the sandbox is open. */
export async function judgeFile(
  file: string,
  options: JudgingOptions,
  surroundings: Surroundings,
  work: (judged: Judged) => Promise<number>,
): Promise<number> {
  const chosen = await readChosen(file, options, surroundings);
  const parallel = options.parallel ?? availableParallelism();
  const sandbox = await openSandboxAloud(surroundings, parallel);
  try {
    const checked = await checkTasks(chosen.benchmark, options, sandbox, surroundings);
    const judged = new Set(checked.benchmark.tasks.map(({ prompt }) => prompt.id));
    const samples = chosen.samples.filter(({ task }) => judged.has(task.prompt.id));
    sayChecked(checked, surroundings);
    const start = performance.now();
    const scored = await scoreAll(samples, { sandbox, parallel }, options, surroundings);
    const seconds = (performance.now() - start) / 1000;
    return await work({ ...checked, samples, scored, seconds, sandbox });
  } finally {
    await sandbox.close();
  }
}

/** The samples of the chosen tasks, and the benchmark with the tasks that they are of. */
async function readChosen(file: string, options: JudgingOptions, surroundings: Surroundings) {
  const repairs = parseRepairNames(options.repair, '--repair');
  const rows = readSampleRows(file);
  if (rows.length === 0) throw new Refusal(`${file} holds no samples`);
  const whole = await openBenchmark(options, surroundings);
  const chosen = new Set(chooseTasks(whole, options).tasks);
  const all = readSamples(rows, whole, repairs, file);
  const samples = all.filter(({ task }) => chosen.has(task));
  if (samples.length === 0) throw new Refusal(`${file} holds no sample of the chosen tasks`);
  if (samples.length < all.length) say(`left out, of other tasks: ${count(all.length - samples.length, 'sample')}`);
  const cut = samples.filter(({ isCut }) => isCut).length;
  if (cut > 0) say(`${count(cut, 'sample')} cut to ${LONGEST_ANSWER} characters; see the last line of the program`);
  const used = new Set(samples.map(({ task }) => task));
  return { samples, benchmark: { ...whole, tasks: whole.tasks.filter((task) => used.has(task)) } };
}

/** The judged samples in order; stopped by Ctrl-C, those that had been judged. */
async function scoreAll(
  samples: readonly Sample[],
  judging: { readonly sandbox: Sandbox; readonly parallel: number },
  { timeout: timeoutSeconds }: JudgingOptions,
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

async function report(judged: Judged, results: string, { isJson }: Surroundings) {
  const summary = { ...summaryOf(judged), results };
  if (isJson) await printJson(summary);
  else {
    await printReport(scoreReport(summary));
    await print(printableLines(`results: ${results}\n`));
  }
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

/** Counts of judged samples, as `--json` prints them. */
export function summaryOf({ benchmark, preflight, leftOut, scored, seconds }: Judged) {
  return {
    benchmark: summarizeBenchmark(benchmark),
    preflight: summarizePreflight(preflight, benchmark.tasks.length, leftOut),
    ...countsOf(scored),
    passAtK: passAtKTable(scored),
    said: agreement(scored),
    seconds,
  };
}

function resultsPath(samples: string, folder: string | undefined): string {
  return join(folder ?? dirname(samples), `${basename(samples).replace(/\.jsonl(\.gz)?$/, '')}_results.jsonl`);
}

/** One row a sample; a fault has neither passed nor failed. */
function resultRow({ taskId, grade, result }: ScoredSample) {
  return { task_id: taskId, passed: grade?.passed ?? null, result };
}
