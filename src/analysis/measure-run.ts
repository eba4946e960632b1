import { Refusal } from '../base/errors.ts';
import type { PreflightSummary } from '../runs/benchmark-summary.ts';
import type { RunEvent } from '../runs/event.ts';
import { inOrderOf, type Plan, plannedBenchmark } from '../runs/plan.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { RunStore, RunWriter } from '../runs/run-store.ts';
import type { RunServices } from '../runs/services.ts';
import { startRun } from '../runs/start-run.ts';
import { keyOfTrial, type Trial, trialKey } from '../runs/trial.ts';
import { factsOf, type TrialFacts } from '../runs/trial-facts.ts';
import { compareWithFirst, compareWithItself } from './comparison.ts';
import { type Summary, summarizePipeline } from './summary.ts';

/** What a summary says besides what the trials show, and where the trials go. */
export interface MeasureOptions {
  /** Where the run is stored; the writer is null where it cannot be. */
  readonly store: RunStore;
  readonly writer: RunWriter | null;
  /** Files of the run, where they are wanted. */
  readonly folder?: RunFolder;
  readonly preflight: PreflightSummary;
  /** Tasks that a recording lacks. */
  readonly leftOut: readonly string[];
  /** Grows while the trials run. */
  readonly reuse: Summary['reuse'];
  /** Compares each pipeline's first half of the repeats with the other half, rather than pipelines with the first. */
  readonly isAgainstItself: boolean;
  /** Told of everything that happens. */
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Runs a plan, stores its trials, writes its files and sums it up; aborted, it sums up the trials that have ended. Where something breaks
 * that is no fault of a trial, it stores what there is and throws.
 */
export async function measureRun(
  plan: Plan,
  services: RunServices,
  options: MeasureOptions,
  signal?: AbortSignal,
): Promise<Summary> {
  const { store, writer, folder, onEvent } = options;
  const facts = new Map<string, TrialFacts>();
  const add = (trial: Trial) => {
    folder?.add(trial);
    facts.set(keyOfTrial(trial), factsOf(trial));
  };
  const start = performance.now();
  let failure: { readonly reason: unknown } | null = null;
  let isComplete = false;
  try {
    for await (const event of startRun(plan, services, signal)) {
      if (event.kind === 'trial-ended') {
        await writer?.append(event.trial);
        add(event.trial);
      }
      if (event.kind === 'run-ended') isComplete = event.state === 'complete';
      onEvent?.(event);
    }
  } catch (reason) {
    failure = { reason };
  }
  if (!isComplete && writer !== null) {
    for await (const trial of readable(store.trials(writer.id))) if (!facts.has(keyOfTrial(trial))) add(trial);
  }
  const trials = inOrderOf(plan, [...facts.values()]);
  const seconds = (performance.now() - start) / 1000;
  const summary = summaryOf(plan, trials, { ...options, isComplete, seconds });
  const keys = trials.map(({ pipeline, taskId, repeat }) => trialKey(pipeline, taskId, repeat));
  folder?.finish(keys, summary);
  const state = isComplete ? 'complete' : 'stopped';
  const finishing = writer?.finish({ state, trials: trials.length, summary });
  if (failure === null) {
    await finishing;
    return summary;
  }
  // What broke first is what the caller hears of.
  await finishing?.catch(() => {});
  throw failure.reason;
}

/** The trials up to the first that cannot be read: a store that fails ends no run. */
async function* readable(trials: AsyncIterable<Trial>): AsyncGenerator<Trial> {
  try {
    yield* trials;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

interface SummaryParts extends MeasureOptions {
  readonly isComplete: boolean;
  readonly seconds: number;
}

function summaryOf(plan: Plan, trials: readonly TrialFacts[], parts: SummaryParts): Summary {
  const { pipelines, repeats, seed } = plan;
  const { writer, preflight, leftOut, reuse, isAgainstItself, isComplete, seconds } = parts;
  const names = pipelines.map(({ name }) => name);
  const size = { repeats, tasks: plan.tasks.length };
  return {
    run: writer?.id ?? null,
    benchmark: plannedBenchmark(plan),
    preflight,
    repeats,
    seed,
    leftOut,
    complete: isComplete,
    seconds,
    pipelines: pipelines.map((spec) => summarizePipeline(spec, trials, size)),
    comparisons: isAgainstItself ? compareWithItself(names, trials, repeats / 2) : compareWithFirst(names, trials),
    reuse,
  };
}
