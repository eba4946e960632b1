import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { compareResults } from '../../analysis/compare-results.ts';
import { Refusal } from '../../base/errors.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import { holdsSearch, readSearch } from '../../evolve/read-search.ts';
import type { RunOrigin } from '../../pages/report/methods.ts';
import { pageHtml } from '../../pages/report/page-html.ts';
import type { ReportPage } from '../../pages/report/report-page.ts';
import { type ReportedRun, type Rival, runNumbers, runPage } from '../../pages/report/run-page.ts';
import { searchPage } from '../../pages/report/search-page.ts';
import { pageCsv, pageMd, pageVega } from '../../pages/report/write-page.ts';
import type { Plan } from '../../runs/plan.ts';
import { findRun, readRun } from '../../runs/read-run.ts';
import { readRunFolder } from '../../runs/read-run-folder.ts';
import type { RunFacts } from '../../runs/run-facts.ts';
import { readPlan } from '../../runs/run-folder.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandText } from '../next-command.ts';
import { path } from '../options/option-values.ts';
import { harmlessJson, print, printJson, say } from '../terminal/output.ts';
import { RUN_HELP, withKeptRuns } from './kept-runs.ts';

const FORMATS = ['html', 'md', 'csv', 'json', 'vega'] as const;
const USUAL_FILE = 'report.html';

interface ReportOptions {
  readonly against?: string;
  readonly out?: string;
  readonly format: (typeof FORMATS)[number];
}

/** `greenloop report`: one page on a run or a search, with charts, tables and methods. */
export function reportCommand(): Command {
  const command = new Command('report')
    .description('write one page on a run or a search: result, charts, tables, methods')
    .argument('<run>', `${RUN_HELP}; or the folder that "bench --out" or "evolve --out" wrote`)
    .option('--against <run>', 'a run or folder to compare with, on the tasks that both have')
    .option('--out <file>', `file to write (default: ${USUAL_FILE}; other formats: standard output)`, path)
    .addOption(
      new Option(
        '--format <format>',
        'html, the tables as md or csv, the numbers as json, the charts as vega (Vega-Lite)',
      )
        .choices(FORMATS)
        .default('html'),
    );
  return command.action((run: string, options: ReportOptions) =>
    runCommand(command, (surroundings) => report(run, options, surroundings)),
  );
}

async function report(word: string, options: ReportOptions, surroundings: Surroundings): Promise<number> {
  const { format, against } = options;
  const out = options.out ?? (format === 'html' ? USUAL_FILE : undefined);
  if (out !== undefined) refuseUnwritable(out);
  const { page, numbers } = await readSubject(word, against, surroundings);
  const text = format === 'json' ? `${JSON.stringify(numbers)}\n` : await WRITERS[format](page);
  if (out === undefined) {
    await print(format === 'json' || format === 'vega' ? harmlessJson(text) : text);
    return EXIT.ok;
  }
  writeText(out, text);
  if (surroundings.isJson) await printJson({ out, format, title: page.title, bytes: Buffer.byteLength(text) });
  else say(`${out}: ${page.title}`);
  return EXIT.ok;
}

const WRITERS = { html: pageHtml, md: pageMd, csv: pageCsv, vega: pageVega } as const satisfies Record<
  string,
  (page: ReportPage) => string | Promise<string>
>;

/** What a report is made of: its page, and all of its numbers. */
interface Subject {
  readonly page: ReportPage;
  readonly numbers: unknown;
}

async function readSubject(word: string, against: string | undefined, surroundings: Surroundings): Promise<Subject> {
  if (isFolder(word) && holdsSearch(word)) {
    if (against !== undefined)
      throw new Refusal('a search has no trials to compare; give runs, or leave --against out');
    const search = readSearch(word);
    return { page: searchPage(search), numbers: search };
  }
  const run = await readReported(word, surroundings);
  const rival = against === undefined ? null : await readRival(run, { word, against }, surroundings);
  const numbers = runNumbers(run.facts, rival);
  return { page: runPage(run, numbers, rival), numbers };
}

/** A folder, or what looks like the path of one, is read as such; all else is a word for a run of the ledger. */
async function readReported(word: string, surroundings: Surroundings): Promise<ReportedRun> {
  if (isFolder(word) || /[\\/]/.test(word))
    return reportedRun(readRunFolder(word), { id: null, started: null, plan: readPlan(word) });
  return withKeptRuns(surroundings, async (runs) => {
    const { id, started, plan } = await findRun(runs, word);
    return reportedRun(await readRun(runs, id), { id, started, plan });
  });
}

function reportedRun({ specs, trials, summary }: RunFacts, origin: Omit<RunOrigin, 'commandFor'>): ReportedRun {
  const { benchmark, repeats, seed } = summary;
  const commandFor = (pipelines: readonly string[]) =>
    commandText([
      ...['bench', '--benchmark', benchmark.name],
      ...pipelines.flatMap((word) => ['--pipeline', word]),
      ...(origin.plan?.untilClear === undefined ? ['--repeats', String(repeats)] : untilClearWords(origin.plan)),
      ...['--seed', String(seed)],
      ...(origin.plan === null ? [] : ['--timeout', String(origin.plan.timeoutSeconds)]),
    ]);
  return { facts: { specs, trials, summary }, origin: { ...origin, commandFor } };
}

/** The options of a run that ended when it was clear. */
function untilClearWords({ repeats, untilClear }: Plan): string[] {
  const margin = untilClear?.margin ?? null;
  const points = margin === null ? [] : ['--margin', String(Number((100 * margin).toFixed(4)))];
  return ['--until-clear', '--at-most', String(repeats), ...points];
}

/** The other run is the baseline, as the older one that a change is measured against. */
async function readRival(
  { facts }: ReportedRun,
  { word, against }: { readonly word: string; readonly against: string },
  surroundings: Surroundings,
): Promise<Rival> {
  const other = await readReported(against, surroundings);
  const [name, own] = [nameOf(against, other), basename(word)];
  const sets = [
    { name, results: other.facts.trials },
    { name: own === name ? `${own} (this one)` : own, results: facts.trials },
  ];
  return { name, comparisons: compareResults(sets) };
}

function nameOf(word: string, { origin }: ReportedRun): string {
  return origin.id ?? basename(word);
}

function isFolder(word: string): boolean {
  return statSync(word, { throwIfNoEntry: false })?.isDirectory() === true;
}
