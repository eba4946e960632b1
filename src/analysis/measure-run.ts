import { ServerGone } from '../base/errors.ts';
import type { RunEvent } from '../runs/event.ts';
import type { Run } from '../runs/run.ts';
import type { RunServices } from '../runs/services.ts';
import { startRun } from '../runs/start-run.ts';
import { type Comparison, isClear, lookAtFirst } from './comparison.ts';
import { type SummaryOptions, summarizeRun } from './summarize-run.ts';
import type { Summary } from './summary.ts';

export interface MeasureOptions extends SummaryOptions {
  /** Told of everything that happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Told of what is compared after each repeat of a run that ends as soon as it is clear. */
  readonly onLook?: (repeats: number, comparisons: readonly Comparison[]) => void;
}

/**
 * Runs all trials of a run that has begun, and sums it up; aborted, or where a server is gone, it sums up the trials that have ended. Where
 * something else breaks that is no fault of a trial, it finishes the run with what there is and throws.
 */
export async function measureRun(
  run: Run,
  services: RunServices,
  options: MeasureOptions = {},
  signal?: AbortSignal,
): Promise<Summary> {
  const start = performance.now();
  let failure: { readonly reason: unknown } | null = null;
  let isComplete = false;
  try {
    for await (const event of startRun(run.plan, services, signal, isEnoughFor(run, options))) {
      if (event.kind === 'trial-ended') await run.append(event.trial);
      if (event.kind === 'run-ended') isComplete = event.state === 'complete';
      options.onEvent?.(event);
    }
  } catch (reason) {
    failure = { reason };
  }
  if (!isComplete) await run.takeEarlier();
  const seconds = (performance.now() - start) / 1000;
  const gone = failure?.reason instanceof ServerGone ? failure.reason : null;
  const end = { isComplete, seconds, ...(gone !== null && { stoppedBy: gone.message }) };
  const summary = summarizeRun(run, end, options);
  const finishing = run.finish(isComplete ? 'complete' : 'stopped', summary);
  if (failure === null || gone !== null) {
    await finishing;
    return summary;
  }
  // What broke first is what the caller hears of.
  await finishing.catch(() => {});
  throw failure.reason;
}

/** Looks at a run that ends as soon as it is clear; undefined of every other run. */
function isEnoughFor(run: Run, options: MeasureOptions): ((repeats: number) => boolean) | undefined {
  const { plan } = run;
  if (plan.untilClear === undefined) return undefined;
  const names = plan.pipelines.map(({ name }) => name);
  return (repeats) => {
    const comparisons = lookAtFirst(names, run.facts(), options);
    options.onLook?.(repeats, comparisons);
    return comparisons.every(isClear);
  };
}
