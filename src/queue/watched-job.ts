import type { TrialEvent } from '../runs/event.ts';
import type { Registry } from './registry.ts';

/** The worker's side of a job that somebody reads along with. */
export interface WatchedJob {
  /** Aborted when the job is to end with what there is. */
  readonly deadline: AbortSignal;
  readonly tell: (event: TrialEvent) => void;
  readonly close: () => void;
}

/** Text of an answer that is being written is told so often at most. */
const TEXT_MS = 100;

/** Listens for the end of a job, and tells what happens in it. */
export async function watchJob(registry: Registry, job: string): Promise<WatchedJob> {
  const ending = new AbortController();
  const close = await registry.subscribe({ of: 'ending', job }, () => ending.abort(new Error('the time is over')));
  let told = Number.NEGATIVE_INFINITY;
  const tell = (event: TrialEvent) => {
    if (event.kind === 'call-text' && performance.now() - told < TEXT_MS) return;
    if (event.kind === 'call-text') told = performance.now();
    // Who does not hear of it still gets the trial.
    registry.publish({ of: 'events', job }, JSON.stringify(event)).catch(() => {});
  };
  return { deadline: ending.signal, tell, close };
}
