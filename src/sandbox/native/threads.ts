import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Room for many sandboxes, and a bound for what runs wild in one of them. */
const MORE_THREADS = 1024;

/** A limit on threads where the kernel counts those of all processes of a user: so many more than there are now. */
export function sharedThreads(user: number): number {
  return threadsOf(user) + MORE_THREADS;
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
