import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Left alone, V8 takes up to 128 MiB, which saves no time here. */
const MOST_BYTES = 16 * 1024 * 1024;

let observer: PerformanceObserver | null = null;

/** Keeps the part of the heap that new objects are made in from growing over 16 MiB: what a long run has once taken it keeps. */
export function limitYoungGeneration(): void {
  if (observer !== null) return;
  observer = new PerformanceObserver(() => setGrowth(youngBytes() < MOST_BYTES ? 2 : 1));
  observer.observe({ entryTypes: ['gc'] });
  // Compiled code that is kept for the next start is only good for the flags that it was compiled with.
  process.once('exit', () => setGrowth(2));
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}

let growth = 2;

/** By which factor it may grow; 2 is V8's own. */
function setGrowth(factor: 1 | 2): void {
  if (factor === growth) return;
  growth = factor;
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
