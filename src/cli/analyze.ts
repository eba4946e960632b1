import { statSync } from 'node:fs';
import { Command } from 'commander';
import { analyzeRun } from '../experiment/analysis/analyze-run.ts';
import { paperNumbers } from '../experiment/analysis/paper.ts';
import { measuredRunOf, readRun } from '../experiment/read-run.ts';
import { type MeasuredRun, readRunFolder } from '../experiment/read-run-folder.ts';
import { analysisReport } from './analyze-report.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';
import { print, printableLines, printJson } from './output.ts';

interface AnalyzeOptions {
  readonly paper?: boolean;
}

/** `greenloop analyze`: all tables of a run that bench made. */
export function analyzeCommand(): Command {
  const command = new Command('analyze')
    .description('show all that a run of bench tells: every table with its intervals')
    .argument('<run>', `${RUN_HELP}; or the folder that "bench --out" wrote`)
    .option('--paper', "the paper's own numbers below those of its configurations");
  return command.action((run: string, options: AnalyzeOptions) =>
    runCommand(command, (surroundings) => analyze(run, options, surroundings)),
  );
}

async function analyze(word: string, options: AnalyzeOptions, surroundings: Surroundings): Promise<number> {
  const { isJson } = surroundings;
  const run = await findRun(word, surroundings);
  const paper = options.paper ? paperNumbers(run) : null;
  const analysis = analyzeRun(run);
  await (isJson
    ? printJson({ ...analysis, ...(paper && { paper }) })
    : print(`${printableLines(analysisReport(analysis, paper))}\n`));
  return EXIT.ok;
}

/** A folder, or what looks like the path of one, is read as such; all else is a word for a run of the ledger. */
function findRun(word: string, surroundings: Surroundings): Promise<MeasuredRun> | MeasuredRun {
  const isFolder = statSync(word, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder || /[\\/]/.test(word)) return readRunFolder(word);
  return withKeptRuns(surroundings, (runs) => measuredRunOf(readRun(runs, word)));
}
