import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { Refusal } from '../base/errors.ts';
import { readJsonLines, toJsonLines } from '../base/json-lines.ts';
import { printable } from '../base/printable.ts';
import { passAtKTable, readSamples, type ScoredSample, scoreSamples } from '../experiment/score-samples.ts';
import { summarizeBenchmark, summarizePreflight } from '../experiment/summary.ts';
import { parseRepairNames } from '../pipeline/pipeline-spec.ts';
import type { Benchmark } from '../tasks/task.ts';
import { openSandbox } from '../wiring.ts';
import { preflightLines } from './bench-table.ts';
import { addBenchmarkOptions, type BenchmarkOptions, openBenchmark, runPreflight } from './benchmark-options.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
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
    .option('--out <folder>', 'where STEM_results.jsonl goes (default: beside the samples)');
  return command.action((samples: string, options: ScoreOptions) =>
    runCommand(command, {}, (surroundings) => score(samples, options, surroundings)),
  );
}

async function score(path: string, options: ScoreOptions, surroundings: Surroundings): Promise<number> {
  const { settings, signal, isJson } = surroundings;
  const repairs = parseRepairNames(options.repair, '--repair');
  const rows = readJsonLines(path);
  const benchmark = await openBenchmark(options, surroundings);
  const samples = readSamples(rows, benchmark, repairs, path);
  const parallel = options.parallel ?? availableParallelism();
  const sandbox = openSandbox(settings, parallel);
  try {
    const used = {
      ...benchmark,
      tasks: benchmark.tasks.filter((task) => samples.some((sample) => sample.task === task)),
    };
    const result = await runPreflight(used, options, sandbox, surroundings);
    if (!isJson) for (const line of preflightLines(used, result)) process.stderr.write(`${printable(line)}\n`);
    const start = performance.now();
    const scored = await withProgress('samples', samples.length, (step) =>
      scoreSamples(samples, {
        sandbox,
        parallel,
        signal,
        timeoutSeconds: options.timeout,
        onSample: () => step.tick(),
      }),
    );
    const out = writeResults(path, options.out, scored);
    const summary = {
      benchmark: summarizeBenchmark(used),
      preflight: summarizePreflight(result, used.tasks.length),
      ...countsOf(scored),
      passAtK: passAtKTable(scored),
      seconds: (performance.now() - start) / 1000,
      results: out,
    };
    process.stdout.write(isJson ? `${JSON.stringify(summary)}\n` : `${describe(summary, used)}\n`);
    return summary.faults > 0 ? EXIT.refused : EXIT.ok;
  } finally {
    await sandbox.close();
  }
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

function describe(
  summary: ReturnType<typeof countsOf> & { passAtK: Record<string, number>; results: string },
  benchmark: Benchmark,
): string {
  const { samples, passed, basePassed, faults, passAtK, results } = summary;
  const base = basePassed === null ? '' : ` (${basePassed} the base tests)`;
  const rates = Object.entries(passAtK).map(([k, value]) => `pass@${k} ${(100 * value).toFixed(1)} %`);
  return [
    `${printable(benchmark.name)}: ${passed} of ${samples} samples pass${base}, ${faults} faults`,
    ...(rates.length === 0 ? [] : [rates.join(', ')]),
    `results: ${results}`,
  ].join('\n');
}

function writeResults(path: string, folder: string | undefined, scored: readonly ScoredSample[]): string {
  const out = join(folder ?? dirname(path), `${basename(path).replace(/\.jsonl(\.gz)?$/, '')}_results.jsonl`);
  const rows = scored.map(({ taskId, grade, result }) => ({ task_id: taskId, passed: grade?.passed ?? false, result }));
  try {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, toJsonLines(rows));
  } catch (cause) {
    throw new Refusal(
      `cannot write ${out} (${(cause as NodeJS.ErrnoException).code}); choose another folder with --out`,
      { cause },
    );
  }
  return out;
}
