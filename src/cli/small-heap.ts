import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Left alone, V8 takes up to 128 MiB for new objects, which saves no time here. */
const MOST_YOUNG_BYTES = 16 * 1024 * 1024;

/** V8's flags while the heap is small and while it is kept from growing: by how much, and how full of waste the old part may become. */
const FLAGS = {
  free: ['--semi-space-growth-factor=2', '--heap-growing-percent=0'],
  kept: ['--semi-space-growth-factor=1', '--heap-growing-percent=40'],
} as const;

let observer: PerformanceObserver | null = null;
let current: keyof typeof FLAGS = 'free';

/** Keeps the heap of a long run small: what it has once taken it keeps, and V8 would rather take more than look for what is no longer used. */
export function keepHeapSmall(): void {
  if (observer !== null) return;
  observer = new PerformanceObserver(() => setFlags(youngBytes() < MOST_YOUNG_BYTES ? 'free' : 'kept'));
  observer.observe({ entryTypes: ['gc'] });
  // Compiled code that is kept for the next start is only good for the flags that it was compiled with.
  process.once('exit', () => setFlags('free'));
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}

function setFlags(wanted: keyof typeof FLAGS): void {
  if (wanted === current) return;
  current = wanted;
  for (const flag of FLAGS[wanted]) setFlagsFromString(flag);
}
