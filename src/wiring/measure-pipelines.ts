import { type MeasureOptions, measureRun } from '../analysis/measure-run.ts';
import type { Summary } from '../analysis/summary.ts';
import type { ServerNotices } from '../models/model.ts';
import type { PipelineSpec } from '../pipeline/pipeline-spec.ts';
import type { RunEvent } from '../runs/event.ts';
import { earlierLooks, type Looks, NO_LOOKS } from '../runs/looks.ts';
import { countTrials, type Plan, planRun } from '../runs/plan.ts';
import type { CheckedBenchmark } from '../runs/preflight.ts';
import { Run } from '../runs/run.ts';
import { refuseUsedFolder } from '../runs/run-folder.ts';
import type { RunStore } from '../runs/run-store.ts';
import { demandOf } from '../runs/services.ts';
import { type OpenServices, openServices, type ServicesRequest, type ServicesWatch } from './open-services.ts';
import type { Settings } from './settings.ts';

/** Which pipelines are to be measured on which benchmark, and where the run goes. */
export interface MeasureRequest extends Omit<ServicesRequest, 'demand'> {
  readonly pipelines: readonly PipelineSpec[];
  readonly repeats: number;
  /** Ends the run after the first repeat that makes all comparisons clear; `repeats` are then the most. */
  readonly isUntilClear?: boolean;
  /** A share: differences that are no larger do not matter. */
  readonly margin?: number | null;
  readonly seed: number;
  /** Folder for the files of the run; without one there are none. */
  readonly folder?: string;
  /** Compares each pipeline's first half of the repeats with the other half, rather than pipelines with the first. */
  readonly isAgainstItself?: boolean;
}

/** Who is told of what happens. */
export interface MeasureWatch extends ServicesWatch {
  readonly onChecked?: (checked: CheckedBenchmark) => void;
  readonly onBegun?: (run: Run) => void;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onLook?: MeasureOptions['onLook'];
  /** Runs so many trials and gives back what they come to; `run` calls `onTrial` after each. */
  readonly progress?: <Value>(trials: number, run: (onTrial: () => void) => Promise<Value>) => Promise<Value>;
}

/**
 * Opens what the pipelines need, runs them on every task that can be judged, stores the run, sums it up and closes everything; aborted, it sums
 * up the trials that have ended. Throws a Refusal that says what is missing.
 */
export async function measurePipelines(
  request: MeasureRequest,
  settings: Settings,
  watch: MeasureWatch,
  signal?: AbortSignal,
): Promise<Summary> {
  const { pipelines, repeats, folder, isFresh } = request;
  if (folder !== undefined) refuseUsedFolder(folder, isFresh);
  const opened = await openServices({ ...request, demand: demandOf(pipelines, repeats) }, settings, watch, signal);
  try {
    watch.onChecked?.(opened.checked);
    return await measureWith(opened, request, watch, signal);
  } finally {
    await opened.close();
  }
}

async function measureWith(
  { services, ledger, checked, unrecorded, reuse }: OpenServices,
  request: MeasureRequest,
  { onBegun, onEvent, onLook, notices, progress = (_trials, run) => run(() => {}) }: MeasureWatch,
  signal?: AbortSignal,
): Promise<Summary> {
  const { folder, isFresh, isAgainstItself = false, isUntilClear = false, margin = null } = request;
  const plan = await planRun({ ...request, ...(isUntilClear && { untilClear: { margin } }) }, services, signal);
  await waitForOther(plan, ledger.runs, notices, signal);
  const places = { store: ledger.runs, isFresh, ...(folder !== undefined && { folder }) };
  const run = await Run.begin(plan, services.benchmark.tasks, places);
  onBegun?.(run);
  const looks = isAgainstItself ? NO_LOOKS : await looksBefore(plan, ledger.runs);
  return progress(countTrials(plan), (onTrial) => {
    const tell = (event: RunEvent) => {
      if (event.kind === 'trial-ended') onTrial();
      onEvent?.(event);
    };
    const watch = { onEvent: tell, ...(onLook !== undefined && { onLook }) };
    const options = { checked, unrecorded, reuse, isAgainstItself, looks, margin, ...watch };
    return measureRun(run, services, options, signal);
  });
}

/** A ledger that cannot be read knows of no looks. */
async function looksBefore(plan: Plan, store: RunStore): Promise<Looks> {
  const earlier = await earlierLooks(store, plan).catch(() => []);
  return { earlier, planned: plan.untilClear === undefined ? null : plan.repeats };
}

/** Waits while another process runs the same plan: then all of its answers are known. A store that cannot say so makes nobody wait. */
async function waitForOther(plan: Plan, store: RunStore, { note }: ServerNotices, signal?: AbortSignal): Promise<void> {
  const underway = () => store.underway(plan).catch(() => null);
  for (let other = await underway(); other !== null; other = await underway()) {
    const { holder, run } = other;
    note(
      `${holder} is running the same experiment as run ${run}; this one waits until it ends, and then uses its answers`,
    );
    for await (const _ of store.subscribe(run, signal)) signal?.throwIfAborted();
    signal?.throwIfAborted();
  }
}
