import { compareWithFirst, compareWithItself } from '../../analysis/comparison.ts';
import { type Summary, summarizePipeline } from '../../analysis/summary.ts';
import type { Reuse } from '../../cache/cached-model.ts';
import { type PreflightSummary, summarizeBenchmark } from '../../runs/benchmark-summary.ts';
import type { Experiment } from '../../runs/experiment.ts';
import type { KeptRun } from '../../runs/kept-run.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { planTrials, runTrials } from '../../runs/run-trials.ts';
import { keyOfTrial, type Trial, trialKey } from '../../runs/trial.ts';
import { factsOf, type TrialFacts } from '../../runs/trial-facts.ts';
import { say } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

/** What a summary says besides what the trials show, and where the trials go. */
export interface RunRecord {
  readonly folder: RunFolder;
  /** Null where the ledger cannot keep it. */
  readonly run: KeptRun | null;
  readonly preflight: PreflightSummary;
  readonly leftOut: readonly string[];
  /** Grows while the trials run. */
  readonly reuse: Reuse;
  /** Compares each pipeline's first half of the repeats with the other half, rather than pipelines with the first. */
  readonly isAgainstItself: boolean;
}

/** Runs all trials, keeps them and writes their files; stopped by Ctrl-C it sums up those that had ended. */
export async function runExperiment(experiment: Experiment, record: RunRecord): Promise<Summary> {
  const { benchmark, pipelines, repeats, seed } = experiment;
  const { folder, preflight, leftOut, reuse, run, isAgainstItself } = record;
  const names = pipelines.map(({ name }) => name);
  const start = performance.now();
  const { trials, error } = await runAll(experiment, folder, run);
  const summary: Summary = {
    run: run?.id ?? null,
    benchmark: summarizeBenchmark(benchmark),
    preflight,
    repeats,
    seed,
    leftOut,
    complete: error === null,
    seconds: (performance.now() - start) / 1000,
    pipelines: pipelines.map((spec) => summarizePipeline(spec, trials, { repeats, tasks: benchmark.tasks.length })),
    comparisons: isAgainstItself ? compareWithItself(names, trials, repeats / 2) : compareWithFirst(names, trials),
    reuse,
  };
  run?.finish(summary, { complete: summary.complete, trials: trials.length });
  folder.finish(
    trials.map(({ pipeline, taskId, repeat }) => trialKey(pipeline, taskId, repeat)),
    summary,
  );
  if (error === null || experiment.signal?.aborted) return summary;
  say(`what was done before is kept. ${whereTo(record)}`);
  throw error.reason;
}

/** `run ID, files: FOLDER`. */
export function whereTo({ run, folder }: Pick<RunRecord, 'run' | 'folder'>): string {
  return `${run === null ? '' : `run ${run.id}, `}files: ${folder.path}`;
}

/** The trials that ended now or before, in the order of the plan and without their texts, and what kept the others from it. */
async function runAll(
  experiment: Experiment,
  folder: RunFolder,
  run: KeptRun | null,
): Promise<{ trials: TrialFacts[]; error: { readonly reason: unknown } | null }> {
  const planned = planTrials(experiment);
  const ended = new Map<string, TrialFacts>();
  const add = (trial: Trial) => {
    folder.add(trial);
    ended.set(keyOfTrial(trial), factsOf(trial));
  };
  let error: { readonly reason: unknown } | null = null;
  try {
    await withProgress('trials', planned.length, (step) =>
      runTrials(experiment, (trial) => {
        run?.add(trial);
        add(trial);
        step.tick();
      }),
    );
  } catch (reason) {
    error = { reason };
    for (const trial of run?.trials() ?? []) if (!ended.has(keyOfTrial(trial))) add(trial);
  }
  const inOrder = planned.map(({ spec, task, repeat }) => ended.get(trialKey(spec.name, task.prompt.id, repeat)));
  return { trials: inOrder.filter((trial) => trial !== undefined), error };
}
