import { existsSync, globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { mergeResults, type PaperFile, type PaperNumbersFile, readPaperFile } from '../../analysis/paper-files.ts';
import type { Reference } from '../../analysis/paper-results.ts';
import { storeSamples } from '../../analysis/store-samples.ts';
import type { Summary } from '../../analysis/summary.ts';
import { Refusal } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { parseJson } from '../../base/json-lines.ts';
import { readBytes, readText } from '../../base/read-file.ts';
import { refuseUnwritable, writeText } from '../../base/write-file.ts';
import { parsePipeline, parseRepairNames } from '../../pipeline/pipeline-spec.ts';
import { referenceReport } from '../../report/reference-report.ts';
import { scoreReport } from '../../report/score-report.ts';
import type { RunListing } from '../../runs/run-store.ts';
import { isEvalPlusResults } from '../../runs/score-samples.ts';
import { type JudgedSamples, summarizeScore } from '../../runs/score-summary.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { openLedger } from '../../wiring/ledger.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandAfter } from '../next-command.ts';
import { addBenchmarkOptions } from '../options/benchmark-options.ts';
import { path } from '../options/option-values.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { printJson, printReport, say } from '../terminal/output.ts';
import { addSampleOptions, type JudgingOptions, judgeFile } from './judge-file.ts';

interface ImportOptions extends JudgingOptions {
  readonly out: string;
}

/** `greenloop import`: what others measured or found. */
export function importCommand(): Command {
  const command = new Command('import')
    .description('import samples as a run, or pipelines and numbers of the paper')
    .argument(
      '<path>',
      "samples (.jsonl, .jsonl.gz, EvalPlus *_eval_results.json), a result file of the paper, or a folder of the paper's",
    )
    .option('--out <folder>', "folder for pipelines and reference.json, from the paper's files", path, '.');
  return addSampleOptions(addBenchmarkOptions(command, { isRequired: false })).action(
    (place: string, options: ImportOptions) =>
      runCommand(command, (surroundings) => importPath(place, options, surroundings)),
  );
}

async function importPath(place: string, options: ImportOptions, surroundings: Surroundings): Promise<number> {
  const kind = statSync(place, { throwIfNoEntry: false });
  if (kind === undefined) throw new Refusal(`${place} does not exist`);
  if (kind.isDirectory()) {
    const files = globSync('*.json', { cwd: place }).sort();
    if (files.length === 0) throw new Refusal(`${place} has no .json file; samples are imported one file at a time`);
    return importPaper(
      files.map((file) => readFile(join(place, file))),
      place,
      options,
      surroundings,
    );
  }
  if (/\.jsonl(\.gz)?$/.test(place)) return importSamples(place, options, surroundings);
  if (!place.endsWith('.json')) throw new Refusal(`${place} is no .jsonl, .jsonl.gz or .json`);
  const value = parseJson(readText(place), place);
  if (isEvalPlusResults(value)) return importSamples(place, options, surroundings);
  return importPaper([paperFile(value, place)], place, options, surroundings);
}

type NamedFile = PaperFile & { readonly name: string };

function readFile(file: string): NamedFile {
  return paperFile(parseJson(readText(file), file), file);
}

function paperFile(value: unknown, file: string): NamedFile {
  const read = readPaperFile(value);
  if (read !== null) return { ...read, name: basename(file, '.json') };
  throw new Refusal(`${file} holds neither samples, EvalPlus results nor results of the paper`);
}

/** Champions become pipeline files, all numbers together one reference. */
async function importPaper(
  files: readonly NamedFile[],
  place: string,
  { out, benchmark = PAPER_BENCHMARK }: ImportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const pipelines = files.flatMap((file) => (file.kind === 'pipeline' ? [file] : []));
  const numbers: readonly PaperNumbersFile[] = files.filter((file) => file.kind === 'results');
  const reference = numbers.length === 0 ? null : mergeResults(numbers, place);
  const texts = [
    ...pipelines.map(({ name, pipeline }) => {
      parsePipeline({ name, ...pipeline }, place);
      return { file: join(out, `${name}.yaml`), text: stringify({ name, ...pipeline }) };
    }),
    ...(reference === null ? [] : [{ file: join(out, 'reference.json'), text: `${JSON.stringify(reference)}\n` }]),
  ];
  for (const { file } of texts) refuseThere(file);
  for (const { file, text } of texts) writeText(file, text);
  const written = texts.map(({ file }) => file);
  if (surroundings.isJson) await printJson({ pipelines: written.slice(0, pipelines.length), reference });
  else if (reference !== null) await printReport(referenceReport(reference));
  for (const file of written.slice(0, pipelines.length))
    say(`${file}: ${commandAfter(surroundings.words, ['bench', '-b', benchmark, '--pipeline', file])}`);
  if (reference !== null) say(await useOf(written.at(-1)!, reference, surroundings));
  return EXIT.ok;
}

/** What the paper measured on. */
const PAPER_BENCHMARK = 'humaneval';

/** The command that compares the newest run that can be compared with a reference; where there is none, how to make one. */
async function useOf(file: string, { results }: Reference, surroundings: Surroundings): Promise<string> {
  const isOne = ({ plan }: RunListing) => plan?.pipelines.some(({ name }) => Object.hasOwn(results, name)) ?? false;
  const runs = existsSync(surroundings.ledger) ? await withKeptRuns(surroundings, (store) => store.list()) : [];
  const run = runs.find(isOne);
  if (run !== undefined) {
    const { id } = run;
    return `${file}: ${commandAfter(surroundings.words, ['analyze', id, '--reference', file])}`;
  }
  const names = Object.keys(results).join(', ');
  return `${file}: no run has a pipeline with one of its names (${names}); bench one, then "analyze --reference" compares`;
}

/** A file of the user's is never written over. */
function refuseThere(file: string): void {
  refuseUnwritable(file);
  if (statSync(file, { throwIfNoEntry: false }) !== undefined)
    throw new Refusal(`${file} is there already; choose another folder with --out`);
}

/** Samples are judged here, whatever their file says of them, and kept as a run. */
async function importSamples(file: string, options: ImportOptions, surroundings: Surroundings): Promise<number> {
  if (options.benchmark === undefined) throw new Refusal(`say what ${file} holds samples of with --benchmark`);
  return judgeFile(file, options, surroundings, async (judged, sandbox) => {
    const { run, complete, pipelines } = await keep(file, judged, sandbox, options, surroundings);
    const score = summarizeScore(judged);
    if (surroundings.isJson) await printJson({ run, ...score, complete });
    else await printReport(scoreReport(score));
    if (run !== null)
      say(
        `${complete ? '' : 'stopped; what was judged is kept. '}run ${run}: ${commandAfter(surroundings.words, ['analyze', run])}`,
      );
    if (!complete) return EXIT.interrupted;
    return pipelines.some(({ faults }) => faults > 0) ? EXIT.refused : EXIT.ok;
  });
}

async function keep(
  file: string,
  judged: JudgedSamples,
  sandbox: Sandbox,
  { repair, extract = false, timeout: timeoutSeconds }: ImportOptions,
  { ledger: place }: Surroundings,
): Promise<Summary> {
  const source = {
    name: basename(file)
      .replace(/\.(jsonl|jsonl\.gz|json)$/, '')
      .slice(0, 100),
    identity: `${sha256(readBytes(file))}${extract ? ' extracted' : ''}`,
    repair: parseRepairNames(repair, '--repair'),
    timeoutSeconds,
    sandbox,
  };
  const ledger = await openLedger(place, { onTrouble: (line) => say(`greenloop: ${line}`) });
  try {
    return await storeSamples(judged, source, ledger.runs);
  } finally {
    ledger.close();
  }
}
