import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;
const MOST_PROCESSES = 1000;

/** Bytes that a process and all that it started hold in memory, as far as Linux shows it; what they share counts for each. */
export function memoryOf(pid: number): number {
  const pending = [pid];
  let bytes = 0;
  for (let seen = 0; pending.length > 0 && seen < MOST_PROCESSES; seen += 1) {
    const next = pending.pop()!;
    bytes += residentBytes(next);
    pending.push(...childrenOf(next));
  }
  return bytes;
}

function residentBytes(pid: number): number {
  const [, pages = '0'] = read(`/proc/${pid}/statm`).split(' ');
  return Number(pages) * PAGE_BYTES;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Empty for a process that ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
