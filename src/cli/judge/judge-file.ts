import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { count } from '../../base/count.ts';
import { Refusal } from '../../base/errors.ts';
import { LONGEST_ANSWER } from '../../base/limit-text.ts';
import { parseRepairNames } from '../../pipeline/pipeline-spec.ts';
import {
  isFencedText,
  readSampleRows,
  readSamples,
  type Sample,
  type ScoredSample,
  scoreSamples,
} from '../../runs/score-samples.ts';
import type { JudgedSamples } from '../../runs/score-summary.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { openSandboxAloud, type Surroundings } from '../command.ts';
import { type BenchmarkOptions, checkTasks, chooseTasks, openBenchmark } from '../options/benchmark-options.ts';
import { sayChecked } from '../options/services-options.ts';
import { say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

export interface JudgingOptions extends BenchmarkOptions {
  readonly repair: string;
  readonly extract?: boolean;
}

/** Adds the options for what is done with samples before they are judged. */
export function addSampleOptions(command: Command): Command {
  const help = 'static repairs: all, none, or a list of context,imports,entry-point,layout';
  return command
    .option('--extract', 'samples are chat answers: take the code out of each, as bench does')
    .option('--repair <which>', help, 'none');
}

/** Judges the samples of a file, and has the work done with them while the sandbox is open. */
export async function judgeFile(
  file: string,
  options: JudgingOptions,
  surroundings: Surroundings,
  work: (judged: JudgedSamples, sandbox: Sandbox) => Promise<number>,
): Promise<number> {
  const chosen = await readChosen(file, options, surroundings);
  const parallel = options.parallel ?? availableParallelism();
  const sandbox = await openSandboxAloud(surroundings, parallel);
  try {
    const checked = await checkTasks(chosen.benchmark, options, sandbox, surroundings);
    const judged = new Set(checked.benchmark.tasks.map(({ prompt }) => prompt.id));
    const samples = chosen.samples.filter(({ task }) => judged.has(task.prompt.id));
    sayChecked(checked, surroundings);
    const start = performance.now();
    const scored = await scoreAll(samples, { sandbox, parallel }, options, surroundings);
    const seconds = (performance.now() - start) / 1000;
    sayFenced(scored);
    return await work({ ...checked, samples, scored, seconds }, sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Says where most samples are chat answers that were judged as they are. */
function sayFenced(scored: readonly ScoredSample[]): void {
  const fenced = scored.filter(isFencedText).length;
  if (2 * fenced <= scored.length) return;
  const share = `${fenced} of ${count(scored.length, 'sample')}`;
  say(`greenloop: ${share} are no Python and hold Markdown fences; --extract takes the code out of chat answers`);
}

/** The samples of the chosen tasks, and the benchmark with the tasks that they are of. */
async function readChosen(file: string, options: JudgingOptions, surroundings: Surroundings) {
  const repairs = parseRepairNames(options.repair, '--repair');
  const rows = readSampleRows(file);
  if (rows.length === 0) throw new Refusal(`${file} holds no samples`);
  const whole = await openBenchmark(options, surroundings);
  const chosen = new Set(chooseTasks(whole, options).tasks);
  const all = readSamples(rows, whole, { repairs, isExtracted: options.extract, path: file });
  const samples = all.filter(({ task }) => chosen.has(task));
  if (samples.length === 0) throw new Refusal(`${file} holds no sample of the chosen tasks`);
  if (samples.length < all.length) say(`left out, of other tasks: ${count(all.length - samples.length, 'sample')}`);
  const cut = samples.filter(({ isCut }) => isCut).length;
  if (cut > 0) say(`${count(cut, 'sample')} cut to ${LONGEST_ANSWER} characters; see the last line of the program`);
  const used = new Set(samples.map(({ task }) => task));
  return { samples, benchmark: { ...whole, tasks: whole.tasks.filter((task) => used.has(task)) } };
}

/** The judged samples in order; stopped by Ctrl-C, those that had been judged. */
async function scoreAll(
  samples: readonly Sample[],
  judging: { readonly sandbox: Sandbox; readonly parallel: number },
  { timeout: timeoutSeconds }: JudgingOptions,
  { signal }: Surroundings,
): Promise<ScoredSample[]> {
  const judged: ScoredSample[] = [];
  try {
    return await withProgress('samples', samples.length, (step) =>
      scoreSamples(samples, {
        ...judging,
        signal,
        timeoutSeconds,
        onSample: (scored, index) => {
          judged[index] = scored;
          step.tick();
        },
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    return judged.filter((scored) => scored !== undefined);
  }
}
