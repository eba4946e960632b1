import { statSync } from 'node:fs';
import { Command } from 'commander';
import { analyzeRun } from '../../analysis/analyze-run.ts';
import { type PaperNumbers, paperNumbers, referenceNumbers } from '../../analysis/paper.ts';
import { parseReference } from '../../analysis/paper-files.ts';
import { Refusal } from '../../base/errors.ts';
import { parseJson } from '../../base/json-lines.ts';
import { readText } from '../../base/read-file.ts';
import { analysisReport, analysisTables } from '../../report/analysis-report.ts';
import { renderJson } from '../../report/render-json.ts';
import type { Table } from '../../report/table.ts';
import { readRun } from '../../runs/read-run.ts';
import { readRunFolder } from '../../runs/read-run-folder.ts';
import type { RunFacts } from '../../runs/run-facts.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandText } from '../next-command.ts';
import { path } from '../options/option-values.ts';
import { printJson, printReport } from '../terminal/output.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

interface AnalyzeOptions {
  readonly paper?: boolean;
  readonly reference?: string;
  readonly table?: string;
}

/** `greenloop analyze`: all tables of a run that bench made. */
export function analyzeCommand(): Command {
  const command = new Command('analyze')
    .description('print every table of a run, with intervals')
    .argument('<run>', `${RUN_HELP}; or the folder that "bench --out" wrote`)
    .option('--paper', "print the paper's numbers below those of the same configurations")
    .option('--reference <file>', 'other published numbers: a reference.json that "import" wrote', path);
  command.option('--table <name>', 'print one table, such as solved, compared, iterations or cost');
  return command.action((run: string, options: AnalyzeOptions) =>
    runCommand(command, (surroundings) => analyze(run, options, surroundings)),
  );
}

async function analyze(word: string, options: AnalyzeOptions, surroundings: Surroundings): Promise<number> {
  const { isJson } = surroundings;
  const run = await findRun(word, surroundings);
  const paper = publishedNumbers(run, options);
  const analysis = analyzeRun(run);
  if (options.table !== undefined) {
    const report = [tableNamed(options.table, analysisTables(analysis, paper))];
    await (isJson ? printJson(JSON.parse(renderJson(report))[0]) : printReport(report));
    return EXIT.ok;
  }
  await (isJson ? printJson({ ...analysis, ...(paper && { paper }) }) : printReport(analysisReport(analysis, paper)));
  return EXIT.ok;
}

function tableNamed(name: string, tables: Readonly<Record<string, Table>>): Table {
  const known = Object.keys(tables).filter((own) => (tables[own]?.rows.length ?? 0) > 0);
  const table = known.includes(name) ? tables[name] : undefined;
  if (table !== undefined) return table;
  throw new Refusal(`this run has no table ${JSON.stringify(name)}; it has ${known.join(', ')}`);
}

function publishedNumbers(run: RunFacts, { paper, reference: file }: AnalyzeOptions): PaperNumbers | null {
  if (file === undefined) return paper ? paperNumbers(run) : null;
  if (paper) throw new Refusal('--paper and --reference are both published numbers; give one');
  const reference = parseReference(parseJson(readText(file), file));
  if (reference === null)
    throw new Refusal(`${file} holds no published numbers; write a reference.json with ${commandText(['import'])}`);
  const numbers = referenceNumbers(run, reference);
  if (numbers.results.length > 0) return numbers;
  const known = Object.keys(reference.results).join(', ');
  throw new Refusal(
    `no pipeline of this run is one of ${file}, which has ${known}; use one of these names, or leave the option out`,
  );
}

/** A folder, or what looks like the path of one, is read as such; all else is a word for a run of the ledger. */
function findRun(word: string, surroundings: Surroundings): Promise<RunFacts> | RunFacts {
  const isFolder = statSync(word, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder || /[\\/]/.test(word)) return readRunFolder(word);
  return withKeptRuns(surroundings, (runs) => readRun(runs, word));
}
