import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Refusal, ServerGone } from '../../base/errors.ts';
import { printableLines } from '../../base/printable.ts';
import { readText } from '../../base/read-file.ts';
import { refuseUnwritable } from '../../base/write-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import { type Budget, splitFor } from '../../evolve/budget.ts';
import { hasCheckpoint, refuseOtherSearch } from '../../evolve/checkpoint.ts';
import { championFile } from '../../evolve/finding-files.ts';
import type { Findings } from '../../evolve/findings.ts';
import { demandOf, type Pool, paperPool, parsePool } from '../../evolve/pool.ts';
import { PREFERENCES, type Preference } from '../../evolve/preference.ts';
import { type SearchRequest, type SearchWatch, searchPipelines } from '../../evolve/search-pipelines.ts';
import { planSearch } from '../../evolve/search-plan.ts';
import { guessDifficulty } from '../../evolve/split.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../evolve/strategies.ts';
import { searchReport } from '../../report/search-report.ts';
import type { RunStore } from '../../runs/run-store.ts';
import { type OpenServices, openServices } from '../../wiring/open-services.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { commandAfter, commandAgain, optionsIn, Unfinished } from '../next-command.ts';
import { addBenchmarkOptions, chooseTasks, openBenchmark } from '../options/benchmark-options.ts';
import { path, seedNumber, wholeNumber } from '../options/option-values.ts';
import {
  addQueueOption,
  addServerWaitOption,
  type ServicesOptions,
  sayChecked,
  servicesRequest,
  servicesWatch,
} from '../options/services-options.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { print, printJson, printReport, say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { planLines } from './plan-lines.ts';
import { SearchLog } from './search-log.ts';

interface EvolveOptions extends ServicesOptions {
  readonly strategy: StrategyName;
  readonly against: readonly StrategyName[];
  readonly prefer: Preference;
  readonly feedback: 'tests' | 'examples';
  readonly seed: number;
  readonly resume?: boolean;
  readonly models?: readonly string[];
  readonly pool?: string;
  readonly budgetCalls?: number;
  readonly budgetHours?: number;
  readonly plan?: boolean;
  readonly out?: string;
}

/** `greenloop evolve`: search for the best pipeline. */
export function evolveCommand(): Command {
  const command = new Command('evolve').description('search for the best pipeline of your models on your tasks');
  addBenchmarkOptions(command)
    .optionsGroup('Search:')
    .option('--models <names>', 'models for all roles, separated by commas', names)
    .option('--pool <file>', 'file of models, prompts and policies to choose from (docs/evolve.md)', path)
    .option('--budget-calls <n>', 'most model calls of the search', wholeNumber)
    .option('--budget-hours <h>', 'most hours of model time of the search', hours)
    .addOption(new Option('--strategy <name>', 'search strategy').choices(STRATEGY_NAMES).default(STRATEGY_NAMES[0]))
    .option(
      '--against <strategies>',
      'strategies to compare with, each with the same budget, separated by commas',
      strategies,
      [],
    )
    .addOption(
      new Option('--prefer <what>', 'what counts: solved tasks, or also tokens (balanced, cheap)')
        .choices(PREFERENCES)
        .default('solved'),
    )
    .addOption(
      new Option('--feedback <source>', 'what repairs see: the examples in the prompt, or the grading tests')
        .choices(['examples', 'tests'])
        .default('examples'),
    )
    .option('--slots <n>', 'requests at once per model server', wholeNumber);
  addQueueOption(addServerWaitOption(command))
    .optionsGroup('Run:')
    .option('--plan', 'print what it takes; asks no model')
    .option('--seed <n>', 'random seed', seedNumber, 0)
    .option('--resume', 'continue the search in --out')
    .option('--out <folder>', 'folder for champion.yaml and the rest (default: a new one in .greenloop/evolve)', path);
  return command.action((options: EvolveOptions) =>
    runCommand(command, (surroundings) => evolve(options, surroundings)),
  );
}

async function evolve(options: EvolveOptions, surroundings: Surroundings): Promise<number> {
  refuseOneself(options);
  const budget = budgetOf(options);
  const pool = poolOf(options);
  const { strategy, against, prefer, feedback, seed, timeout: timeoutSeconds, resume = false } = options;
  const asked = { budget, pool, strategy, against, prefer, feedback, seed, timeoutSeconds, resume };
  if (options.plan) return printPlan(asked, options, surroundings);
  const request = { ...asked, folder: folderOf(options) };
  const benchmark = chooseTasks(await openBenchmark(options, surroundings), options);
  const services = { ...servicesRequest(benchmark, options, surroundings), demand: demandOf(usedPool(options, pool)) };
  const opened = await openServices(services, surroundings.settings, servicesWatch(surroundings), surroundings.signal);
  try {
    sayChecked(opened.checked, surroundings);
    return await search(request, opened, surroundings);
  } finally {
    await opened.close();
  }
}

/** Asks no model, and makes no ledger. */
async function printPlan(
  asked: Omit<SearchRequest, 'folder'>,
  options: EvolveOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { name, tasks } = chooseTasks(await openBenchmark(options, surroundings), options);
  const split = splitFor(asked, guessDifficulty(tasks));
  const make = (runs: RunStore | null) => planSearch(asked, split, runs);
  const plan = await (existsSync(surroundings.ledger) ? withKeptRuns(surroundings, make) : make(null));
  await (surroundings.isJson
    ? printJson({ benchmark: name, ...plan })
    : print(`${printableLines([name, ...planLines(plan)].join('\n'))}\n`));
  return EXIT.ok;
}

async function search(
  request: SearchRequest,
  { services, ledger }: OpenServices,
  surroundings: Surroundings,
): Promise<number> {
  const { isJson, signal } = surroundings;
  const { folder } = request;
  const split = splitFor(request, guessDifficulty(services.benchmark.tasks));
  const plan = await planSearch(request, split, ledger.runs);
  if (!isJson) say(...planLines(plan));
  try {
    const findings = await searchPipelines(request, services, watchFor(request, isJson), signal);
    await (isJson ? printJson({ ...findings, out: folder }) : printReport(searchReport(findings)));
    say(`files: ${folder}`, `to measure the champion: ${measuring(findings, folder, surroundings)}`);
    return EXIT.ok;
  } catch (error) {
    const next = continuation(folder, surroundings);
    if (!signal.aborted) throw error instanceof ServerGone ? new Unfinished(error, next) : error;
    say('stopped; nothing is lost.', `to continue: ${next}`);
    return EXIT.interrupted;
  }
}

/** The command that measures the champion on the tasks that did not choose it, where there are some. */
function measuring({ heldOut }: Findings, folder: string, { words }: Surroundings): string {
  const tasks = optionsIn(words, ['-b', '--benchmark', ...(heldOut === null ? ['--limit', '--tasks'] : [])]);
  const chosen = heldOut === null ? tasks : [...tasks, '--held-out', folder];
  return commandAfter(words, ['bench', ...chosen, '--pipeline', championFile(folder)]);
}

/** The command that continues the search in a folder; before its first checkpoint, the command that begins it. */
function continuation(folder: string, { words }: Surroundings): string {
  return commandAgain(words, { with: [...(hasCheckpoint(folder) ? [['--resume'] as const] : []), ['--out', folder]] });
}

/** Says where the search stands, and shows that a batch that takes long is under way. */
function watchFor({ budget }: SearchRequest, isJson: boolean): SearchWatch {
  const log = new SearchLog(budget.unit, isJson ? () => {} : say);
  return {
    onStart: (strategy) => log.begin(strategy),
    onStanding: (standing) => log.add(standing),
    onEnd: () => log.end(),
    progress: (part, trials, run) => {
      const isPassing = part === 'search batch';
      const title = isPassing ? 'trials of this batch' : part;
      return withProgress(title, trials, (step) => run(() => step.tick()), { isPassing });
    },
  };
}

function refuseOneself({ strategy, against }: EvolveOptions): void {
  if (against.includes(strategy)) throw new Refusal(`--against ${strategy} is the search itself; name others to beat`);
}

function budgetOf({ budgetCalls, budgetHours }: EvolveOptions): Budget {
  if (budgetCalls !== undefined && budgetHours === undefined) return { amount: budgetCalls, unit: 'calls' };
  if (budgetHours !== undefined && budgetCalls === undefined) return { amount: budgetHours, unit: 'hours' };
  throw new Refusal('give either --budget-calls N or --budget-hours H');
}

function poolOf({ models, pool: file }: EvolveOptions): Pool {
  if (models !== undefined && file === undefined) return parsePool({ models, ...usualDrafts(models) }, '--models');
  if (file === undefined || models !== undefined) throw new Refusal('give either --models A,B,C or --pool FILE');
  return parsePool(parseYaml(readText(file), file), file);
}

/** A recording has no draws to spare: a pool that is to draw again from one says so in its file. */
function usualDrafts(models: readonly string[]): { drafts?: number } {
  return models.some((name) => name.startsWith('recorded/')) ? { drafts: 0 } : {};
}

/** What the searches asked for can use of the pool. */
function usedPool({ strategy, against }: EvolveOptions, pool: Pool): Pool {
  return [strategy, ...against].every((name) => name === 'paper') ? paperPool(pool) : pool;
}

/** The folder that was chosen, or a new one. */
function folderOf({ out, resume }: EvolveOptions): string {
  if (out === undefined) {
    if (resume) throw new Refusal('name the search to resume: --resume --out FOLDER');
    return join(
      '.greenloop',
      'evolve',
      `${new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19)}-${process.pid}`,
    );
  }
  refuseOtherSearch(out, resume === true);
  refuseUnwritable(championFile(out));
  return out;
}

function names(text: string): readonly string[] {
  const all = text.split(',').map((name) => name.trim());
  if (all.every((name) => name !== '')) return all;
  throw new InvalidArgumentError('expected names of models separated by commas.');
}

function strategies(text: string): readonly StrategyName[] {
  return text.split(',').map((name) => {
    const known = STRATEGY_NAMES.find((one) => one === name.trim());
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`expected some of ${STRATEGY_NAMES.join(', ')}, separated by commas.`);
  });
}

function hours(text: string): number {
  const number = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (number > 0) return number;
  throw new InvalidArgumentError('expected hours above 0.');
}
