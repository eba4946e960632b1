import type { SSEStreamingApi } from 'hono/streaming';
import type { RunStore } from '../runs/run-store.ts';

/** At most one event in so many milliseconds: a page is written anew for each. */
const PAUSE_MS = 1000;

/** Tells a page that runs have changed (`change`), until all of them have ended (`end`) or the signal is aborted. */
export async function sendChanges(
  stream: SSEStreamingApi,
  store: RunStore,
  runs: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let [isChanged, isEnded] = [true, false];
  const watching = Promise.all(
    runs.map(async (run) => {
      for await (const _ of store.subscribe(run, signal, { onlyNew: true })) isChanged = true;
      isChanged = true;
    }),
  ).finally(() => {
    isEnded = true;
  });
  while (!signal.aborted && !isEnded) {
    if (isChanged) await stream.writeSSE({ event: 'change', data: '' });
    isChanged = false;
    await Promise.race([watching, stream.sleep(PAUSE_MS)]);
  }
  await watching;
  if (!signal.aborted) await stream.writeSSE({ event: 'end', data: '' });
}
