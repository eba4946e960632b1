import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { count } from '../../base/count.ts';
import { toJsonLines } from '../../base/json-lines.ts';
import { printableLines } from '../../base/printable.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import { scoreReport } from '../../report/score-report.ts';
import type { ScoredSample } from '../../runs/score-samples.ts';
import { type JudgedSamples, summarizeScore } from '../../runs/score-summary.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { addBenchmarkOptions } from '../options/benchmark-options.ts';
import { path } from '../options/option-values.ts';
import { print, printJson, printReport, say } from '../terminal/output.ts';
import { addSampleOptions, type JudgingOptions, judgeFile } from './judge-file.ts';

interface ScoreOptions extends JudgingOptions {
  readonly out?: string;
}

/** `greenloop score`: judge samples that came from elsewhere. */
export function scoreCommand(): Command {
  const command = new Command('score')
    .description('judge samples of another tool')
    .argument(
      '<samples>',
      'samples.jsonl or .jsonl.gz: task_id with solution (whole program) or completion; or EvalPlus results',
    );
  addSampleOptions(addBenchmarkOptions(command)).option(
    '--out <folder>',
    'folder for STEM_results.jsonl (default: that of the samples)',
    path,
  );
  return command.action((samples: string, options: ScoreOptions) =>
    runCommand(command, (surroundings) => score(samples, options, surroundings)),
  );
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

async function report(judged: JudgedSamples, results: string, { isJson }: Surroundings) {
  const summary = { ...summarizeScore(judged), results };
  if (isJson) await printJson(summary);
  else {
    await printReport(scoreReport(summary));
    await print(printableLines(`results: ${results}\n`));
  }
  return summary.faults > 0 ? EXIT.refused : EXIT.ok;
}

function resultsPath(samples: string, folder: string | undefined): string {
  return join(folder ?? dirname(samples), `${basename(samples).replace(/\.jsonl(\.gz)?$/, '')}_results.jsonl`);
}

/** One row a sample; a fault has neither passed nor failed. */
function resultRow({ taskId, grade, result }: ScoredSample) {
  return { task_id: taskId, passed: grade?.passed ?? null, result };
}
