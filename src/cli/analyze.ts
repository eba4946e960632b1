import { Command } from 'commander';
import { analyzeRun } from '../experiment/analysis/analyze-run.ts';
import { paperNumbers } from '../experiment/analysis/paper.ts';
import { readRunFolder } from '../experiment/read-run-folder.ts';
import { analysisReport } from './analyze-report.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { path } from './option-values.ts';
import { print, printableLines, printJson } from './output.ts';

interface AnalyzeOptions {
  readonly paper?: boolean;
}

/** `greenloop analyze`: all tables of a run that bench made. */
export function analyzeCommand(): Command {
  const command = new Command('analyze')
    .description('show all that a run of bench tells: every table with its intervals')
    .argument('<run>', 'folder that "bench --out" wrote', path)
    .option('--paper', "the paper's own numbers below those of its configurations");
  return command.action((run: string, options: AnalyzeOptions) =>
    runCommand(command, (surroundings) => analyze(run, options, surroundings)),
  );
}

async function analyze(folder: string, options: AnalyzeOptions, { isJson }: Surroundings): Promise<number> {
  const run = readRunFolder(folder);
  const paper = options.paper ? paperNumbers(run) : null;
  const analysis = analyzeRun(run);
  await (isJson
    ? printJson({ ...analysis, ...(paper && { paper }) })
    : print(`${printableLines(analysisReport(analysis, paper))}\n`));
  return EXIT.ok;
}
