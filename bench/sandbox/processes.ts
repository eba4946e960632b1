import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of all living descendants of a process. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = statOf(Number(name));
        return stat === null ? [] : [[Number(name), Number(stat[1])] as const];
      }),
  );
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const [child, its] of parents) {
      if (its !== parent) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** CPU seconds of processes and of the children that they have waited for. */
export function processorSecondsOf(pids: readonly number[]): number {
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const total = pids.flatMap((pid) => statOf(pid)?.slice(11, 15).map(Number) ?? []);
  return total.reduce((sum, value) => sum + value, 0) / ticks;
}

/** Memory in bytes, pages shared between processes counted once (proportional set size). */
export function memoryOf(pids: readonly number[]): number {
  const sizes = pids.map((pid) => Number(readOrEmpty(`/proc/${pid}/smaps_rollup`).match(/^Pss:\s+(\d+)/m)?.[1] ?? 0));
  return sizes.reduce((sum, size) => sum + size * 1024, 0);
}

/** Fields of /proc/PID/stat from the state on: [state, parent, ...]. */
function statOf(pid: number): string[] | null {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  return text === '' ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
