import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Room for many sandboxes, and a bound for what runs wild in one of them. */
const MORE_THREADS = 1024;
/** With so few left, what a program of threads does may be another one's doing. */
const FEW_LEFT = 128;

/** A limit on threads where the kernel counts those of all processes of a user. */
export interface SharedThreads {
  readonly user: number;
  readonly limit: number;
}

/** A limit of so many more threads than a user's processes have now. */
export function sharedThreads(user: number): SharedThreads {
  return { user, limit: threadsOf(user) + MORE_THREADS };
}

/** Whether others have nearly used up the limit. */
export function isCrowded({ user, limit }: SharedThreads): boolean {
  return threadsOf(user) > limit - FEW_LEFT;
}

/** How many threads a user's processes have now, as far as they can be seen. */
function threadsOf(user: number): number {
  const processes = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return processes.map((pid) => threadsIn(pid, user)).reduce((sum, count) => sum + count, 0);
}

function threadsIn(pid: string, user: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const owner = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    return owner === user ? Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0) : 0;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
