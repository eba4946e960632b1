import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process, told apart from a later one with its number by when it was started. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
}

function entryOf(pid: number): ProcessEntry | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : { pid, parent: Number(parent), started: rest[17]! };
  } catch {
    return null;
  }
}

/** The living descendants of a process, parents first. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => entryOf(Number(name)));
  const found: ProcessEntry[] = [];
  const parents = new Set([pid]);
  for (let size = -1; size !== found.length; ) {
    size = found.length;
    for (const entry of entries) {
      if (entry === null || parents.has(entry.pid) || !parents.has(entry.parent)) continue;
      parents.add(entry.pid);
      found.push(entry);
    }
  }
  return found;
}

/** The parts of the sandboxes that a process has started. */
export function sandboxParts(
  pid: number,
): Record<'outer' | 'inner' | 'zygote' | 'judge' | 'candidates', ProcessEntry[]> {
  const all = descendantsOf(pid);
  const childrenOf = (parents: readonly ProcessEntry[]) =>
    parents.map((entry) => all.filter(({ parent }) => parent === entry.pid));
  const outer = all.filter(({ parent }) => parent === pid);
  const inner = childrenOf(outer).flat();
  const zygote = childrenOf(inner).flat();
  // The zygote forks the judge before any candidate.
  const forked = childrenOf(zygote).map((children) => children.sort((a, b) => a.pid - b.pid));
  const judge = forked.flatMap((children) => children.slice(0, 1));
  return { outer, inner, zygote, judge, candidates: forked.flatMap((children) => children.slice(1)) };
}

/** Waits until none of the processes lives any more; those that still do after a minute. */
export async function survivorsOf(entries: readonly ProcessEntry[]): Promise<ProcessEntry[]> {
  for (let tries = 0; ; tries += 1) {
    const left = entries.filter(({ pid, started }) => entryOf(pid)?.started === started);
    if (left.length === 0 || tries >= 1200) return left;
    await sleep(50);
  }
}
