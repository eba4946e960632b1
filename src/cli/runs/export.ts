import { Command, Option } from 'commander';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import { toJsonLines } from '../../base/json-lines.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import { evalPlusResults } from '../../runs/evalplus-results.ts';
import { findRun, type ReadableRun } from '../../runs/read-run.ts';
import { sampleRows } from '../../runs/run-folder.ts';
import type { RunStore } from '../../runs/run-store.ts';
import { outcomeOf, type Trial } from '../../runs/trial.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { path } from '../options/option-values.ts';
import { harmlessJson, print, printJson, say } from '../terminal/output.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

const FORMATS = ['samples', 'evalplus', 'json'] as const;

interface ExportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly pipeline?: string;
  readonly out?: string;
}

/** `greenloop export`: a kept run in the formats that others read. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write a run in a format of other tools')
    .argument('<run>', RUN_HELP)
    .addOption(
      new Option('--format <format>', 'samples.jsonl, EvalPlus *_eval_results.json, or everything as JSON')
        .choices(FORMATS)
        .default('samples'),
    )
    .option('--pipeline <name>', 'only the trials of this pipeline')
    .option('--out <file>', 'file to write (default: standard output)', path);
  return command.action((run: string, options: ExportOptions) =>
    runCommand(command, (surroundings) => exportRun(run, options, surroundings)),
  );
}

async function exportRun(word: string, options: ExportOptions, surroundings: Surroundings): Promise<number> {
  const { format, out } = options;
  if (out !== undefined) refuseUnwritable(out);
  const { run, trials } = await withKeptRuns(surroundings, (runs) => chosenTrials(runs, word, options));
  // Alone on standard output, `--json` is one value.
  const isValue = surroundings.isJson && out === undefined && format === 'samples';
  const text = isValue ? `${JSON.stringify(sampleRows(trials))}\n` : textOf(run, trials, format);
  if (out === undefined) {
    await print(harmlessJson(text));
    return EXIT.ok;
  }
  writeText(out, text);
  if (surroundings.isJson) await printJson({ run: run.id, format, trials: trials.length, out });
  else say(`${out}: ${count(trials.length, 'trial')} of run ${run.id}`);
  return EXIT.ok;
}

/** EvalPlus knows no pipelines: its results are those of one. */
async function chosenTrials(
  store: RunStore,
  word: string,
  { format, pipeline }: ExportOptions,
): Promise<{ run: ReadableRun; trials: Trial[] }> {
  const run = await findRun(store, word);
  const names = run.plan.pipelines.map(({ name }) => name);
  const listed = names.map((name) => JSON.stringify(name)).join(', ');
  if (pipeline !== undefined && !names.includes(pipeline)) {
    throw new Refusal(`the run ${run.id} has no pipeline ${JSON.stringify(pipeline)}; it has ${listed}`);
  }
  if (format === 'evalplus' && pipeline === undefined && names.length > 1) {
    throw new Refusal(`EvalPlus's format holds one pipeline; choose one with --pipeline: ${listed}`);
  }
  const trials: Trial[] = [];
  for await (const trial of store.trials(run.id)) {
    if (pipeline === undefined || trial.pipeline === pipeline) trials.push(trial);
  }
  return { run, trials };
}

function textOf(run: ReadableRun, trials: readonly Trial[], format: ExportOptions['format']): string {
  if (format === 'samples') return toJsonLines(sampleRows(trials));
  if (format === 'json') {
    const { id, started, state, plan, summary } = run;
    return `${JSON.stringify({ id, started, state, plan, summary, trials })}\n`;
  }
  const faults = trials.filter((trial) => outcomeOf(trial) === 'fault').length;
  if (faults > 0) say(`left out: ${count(faults, 'faulted trial')}`);
  return `${JSON.stringify(evalPlusResults(run, trials))}\n`;
}
