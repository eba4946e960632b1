import { Channel } from '../base/channel.ts';
import { mapConcurrently } from '../base/concurrency.ts';
import { EVENT_VERSION, type RunEvent, type TrialEvent } from './event.ts';
import { countTrials, type Plan, type PlannedTrial, plannedTrials } from './plan.ts';
import { runTrial, type TrialSettings } from './run-trial.ts';
import type { RunServices } from './services.ts';
import type { Trial } from './trial.ts';

/**
 * Runs every trial of a plan and gives what happens, from `run-started` to `run-ended`. Aborted, it ends with a run that is `stopped`;
 * where something breaks that is no fault of a trial, it throws after that event. With `isEnough`, which is asked once the trials of so many
 * repeats have ended, the run is complete as soon as that says so.
 */
export async function* startRun(
  plan: Plan,
  services: RunServices,
  signal?: AbortSignal,
  isEnough?: (repeats: number) => boolean,
): AsyncGenerator<RunEvent> {
  const planned = plannedTrials(plan, services.benchmark.tasks);
  yield { kind: 'run-started', version: EVENT_VERSION, plan, trials: countTrials(plan) };
  const start = performance.now();
  let ended = 0;
  let isDone = false;
  const end = (): RunEvent => ({
    kind: 'run-ended',
    state: isDone ? 'complete' : 'stopped',
    trials: ended,
    seconds: (performance.now() - start) / 1000,
  });
  try {
    const parts = isEnough === undefined ? [planned] : [...Map.groupBy(planned, ({ repeat }) => repeat).values()];
    for (const [index, part] of parts.entries()) {
      for await (const event of runTrials(part, plan, services, signal)) {
        if (event.kind === 'trial-ended') ended += 1;
        isDone = ended === planned.length;
        yield event;
      }
      isDone ||= isEnough?.(index + 1) ?? false;
      if (isDone) break;
    }
  } catch (error) {
    yield end();
    if (signal?.aborted) return;
    throw error;
  }
  yield end();
}

/** Runs trials where the services say, and gives what happens; throws the signal's reason when aborted. */
export function runTrials(
  planned: readonly PlannedTrial[],
  settings: TrialSettings,
  services: Omit<RunServices, 'benchmark'>,
  signal?: AbortSignal,
): AsyncIterable<TrialEvent> {
  const { runner, grading, deadline } = services;
  if (runner === undefined) return runTrialsHere(planned, settings, services, signal);
  return runner.run(planned, settings, { grading, deadline, signal });
}

/** Runs trials in this process, `services.parallel` at the same time. */
export async function* runTrialsHere(
  planned: readonly PlannedTrial[],
  settings: TrialSettings,
  services: Omit<RunServices, 'benchmark'>,
  signal?: AbortSignal,
): AsyncGenerator<TrialEvent> {
  const channel = new Channel<TrialEvent>();
  const watched = new AbortController();
  const ending = signal === undefined ? watched.signal : AbortSignal.any([signal, watched.signal]);
  const running = mapConcurrently(planned, services.parallel, async (one) => {
    ending.throwIfAborted();
    await runTrial(one, { ...settings, ...services, signal: ending, onEvent: (event) => channel.give(event) });
    // Who watches may want no further trial, or be slower than trials are.
    await channel.taken();
  }).then(
    () => channel.close(),
    (error: unknown) => channel.fail(error),
  );
  try {
    yield* channel;
  } finally {
    // Who watches may have had enough.
    watched.abort();
    channel.close();
    await running;
  }
}

/** The trial that events of one trial end with; tells of each event, and throws what that throws. */
export async function endOfTrial(
  events: AsyncIterable<TrialEvent>,
  onEvent: (event: TrialEvent) => void = () => {},
): Promise<Trial> {
  for await (const event of events) {
    onEvent(event);
    if (event.kind === 'trial-ended') return event.trial;
  }
  throw new TypeError('a trial did not end');
}
