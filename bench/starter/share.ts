import { join } from 'node:path';
import { say } from '../../src/cli/terminal/output.ts';
import { preflight, withoutWrongExamples } from '../../src/runs/preflight.ts';
import { loadBenchmark } from '../../src/tasks/catalog.ts';
import type { Benchmark } from '../../src/tasks/task.ts';
import { keepAnswers, openLedger } from '../../src/wiring/ledger.ts';
import { openModels } from '../../src/wiring/models.ts';
import { dataPlaces } from '../../src/wiring/places.ts';
import { openSandbox } from '../../src/wiring/sandbox.ts';
import { readSettings } from '../../src/wiring/settings.ts';
import type { MeasurementFolder } from './measurement-folder.ts';
import type { Part } from './parts.ts';
import { type PartServices, runPart, TIMEOUT_SECONDS } from './run-part.ts';

const SANDBOXES = 2;

/** The services of one process: its share of the tasks, and models that are asked nothing that its ledger holds. */
export async function openServices(
  folder: MeasurementFolder,
  job: number,
  signal?: AbortSignal,
): Promise<PartServices> {
  const { plan, path } = folder;
  const settings = readSettings();
  const names = plan.models.map((model) => `starter/${model}`);
  const opened = await openModels(names, settings, signal);
  const reuse = { calls: 0, promptTokens: 0, completionTokens: 0 };
  const ledger = await openLedger(join(path, `answers.${job}.db`), { onTrouble: say });
  const model = await keepAnswers(names, opened, { cache: ledger, reuse, ...(signal && { signal }) });
  const sandbox = await openSandbox(settings, SANDBOXES, say);
  const { tasks, ...benchmark } = await loadBenchmark(plan.benchmark.name, dataPlaces(settings, signal));
  const ids = plan.benchmark.tasks.filter((_, index) => index % plan.jobs === job);
  const share = tasks.filter(({ prompt }) => ids.includes(prompt.id));
  const checked = await checkedBenchmark({ ...benchmark, tasks: share }, sandbox, signal);
  return { benchmark: checked, model, sandbox, ...(signal && { signal }) };
}

/** As `greenloop bench` does: every reference must pass, and examples that one fails are no checks. */
async function checkedBenchmark(benchmark: Benchmark, sandbox: PartServices['sandbox'], signal?: AbortSignal) {
  const options = { sandbox, signal, parallel: SANDBOXES, timeoutSeconds: TIMEOUT_SECONDS };
  const { leftOut, wrongExamples } = await preflight(benchmark, options);
  if (leftOut.length > 0) throw new Error(`references fail: ${leftOut.map(({ taskId }) => taskId).join(', ')}`);
  return withoutWrongExamples(benchmark, wrongExamples);
}

export interface ShareOptions {
  readonly folder: MeasurementFolder;
  /** Number of the process, from 0. */
  readonly job: number;
  readonly services: PartServices;
  readonly onPart: (part: Part, trials: number, seconds: number) => void;
}

/** Runs and saves what is missing of a process's share of the parts; each that ends is told of with what it came to. */
export async function runParts(parts: readonly Part[], options: ShareOptions): Promise<void> {
  const { folder, job, services, onPart } = options;
  for (const part of parts.filter((item) => !folder.hasShare(item, job))) {
    const start = performance.now();
    const rows = await runPart(part, services);
    folder.saveShare(part, job, rows);
    onPart(part, rows.length, (performance.now() - start) / 1000);
  }
}
