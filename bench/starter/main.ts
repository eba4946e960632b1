// Every measured number of starter/README.md: node bench/starter/main.ts --out FOLDER (with the project's own Node: npx node …)
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { GreenloopError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { path, seedNumber, wholeNumber } from '../../src/cli/options/option-values.ts';
import { print, say } from '../../src/cli/terminal/output.ts';
import { starterModels } from '../../src/models/starter/provider.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import { selectTasks } from '../../src/tasks/select-tasks.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import { measure } from './measure.ts';
import { MeasurementFolder, type Plan } from './measurement-folder.ts';
import { Workers } from './workers.ts';
import { writeReport } from './write-report.ts';

interface Options {
  readonly out: string;
  readonly models?: string;
  readonly repeats: number;
  readonly limit?: number;
  readonly seed: number;
  readonly jobs: number;
}

/** By size; only those that are there are measured unless they are named. */
const SIZES = ['xs', 's', 'fixer'];

async function planOf(options: Options): Promise<Plan> {
  const { limit, repeats, seed, jobs } = options;
  const present = (await starterModels.listModels()).map(({ name }) => name.split('/')[1]);
  const models = options.models?.split(',') ?? SIZES.filter((size) => present.includes(size));
  const { name, sha256: hash, tasks } = await loadBenchmark('starter', dataPlaces(readSettings()));
  const chosen = selectTasks(tasks, { ...(limit !== undefined && { limit }) });
  return {
    models,
    files: models.map((model) => sha256(readFileSync(starterModels.find(model)))),
    repeats,
    seed,
    jobs,
    benchmark: { name, sha256: hash, tasks: chosen.map(({ prompt }) => prompt.id) },
  };
}

async function main(options: Options): Promise<void> {
  const folder = MeasurementFolder.begin(options.out, await planOf(options));
  const workers = new Workers(folder);
  const interrupt = () => workers.interrupt();
  process.once('SIGINT', interrupt);
  try {
    await measure(folder, workers);
  } finally {
    workers.close();
    process.off('SIGINT', interrupt);
    writeReport(folder);
  }
  await print(readFileSync(join(folder.path, 'report.md'), 'utf8'));
}

/** What is no bug is told in one line. */
function tell(error: unknown): void {
  if (!(error instanceof GreenloopError)) throw error;
  say(error.message);
  process.exitCode = 2;
}

await new Command('starter')
  .description('measures the starter models: all pairs, forced iterations, feedback details and an ablation')
  .requiredOption(
    '--out <folder>',
    'where trials, results.json and report.md go; what is there already is not run again',
    path,
  )
  .option('--models <sizes>', 'comma-separated, the smallest first (default: all that are there)')
  .option('--repeats <n>', 'independent draws of every task', wholeNumber, 5)
  .option('--limit <n>', 'only the first N tasks', wholeNumber)
  .option('--seed <n>', 'seed of the experiment', seedNumber, 0)
  .option('--jobs <n>', 'processes that share the tasks', wholeNumber, availableParallelism())
  .action((options: Options) => main(options).catch(tell))
  .parseAsync();
