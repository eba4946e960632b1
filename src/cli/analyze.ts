import { Command } from 'commander';
import { analyzeRun } from '../experiment/analysis/analyze-run.ts';
import { readRunFolder } from '../experiment/read-run-folder.ts';
import { analysisReport } from './analyze-report.ts';
import { EXIT, runCommand, type Surroundings } from './command.ts';
import { path } from './option-values.ts';
import { print, printableLines, printJson } from './output.ts';

/** `greenloop analyze`: all tables of a run that bench made. */
export function analyzeCommand(): Command {
  const command = new Command('analyze')
    .description('show all that a run of bench tells: every table with its intervals')
    .argument('<run>', 'folder that "bench --out" wrote', path);
  return command.action((run: string) => runCommand(command, (surroundings) => analyze(run, surroundings)));
}

async function analyze(run: string, { isJson }: Surroundings): Promise<number> {
  const analysis = analyzeRun(readRunFolder(run));
  await (isJson ? printJson(analysis) : print(`${printableLines(analysisReport(analysis))}\n`));
  return EXIT.ok;
}
