import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessTimes {
  readonly parent: number;
  /** CPU seconds of it and of the children that it has waited for. */
  readonly seconds: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const SAMPLING_MILLISECONDS = 100;

/** CPU seconds of this process and of all its descendants; looks often, as what is killed leaves its time to nobody. */
export class ProcessorMeter {
  readonly #first = descendantsOf(process.pid);
  readonly #last = new Map(this.#first);
  readonly #own = process.cpuUsage();
  readonly #timer = setInterval(() => this.#look(), SAMPLING_MILLISECONDS);

  /** Seconds since the meter was made; ends it. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    const { user, system } = process.cpuUsage(this.#own);
    const spent = [...this.#last].map(([pid, { seconds }]) => seconds - (this.#first.get(pid)?.seconds ?? 0));
    return (user + system) / 1e6 + spent.reduce((sum, value) => sum + value, 0);
  }

  #look(): void {
    const now = descendantsOf(process.pid);
    for (const [pid, { parent }] of this.#last) {
      // Its living parent has waited for it, and its time is the parent's now.
      if (!now.has(pid) && now.has(parent)) this.#last.delete(pid);
    }
    for (const [pid, times] of now) this.#last.set(pid, times);
  }
}

/** Memory in bytes of all descendants of this process, pages shared between them counted once (proportional set size). */
export function memoryOfDescendants(): number {
  const sizes = [...descendantsOf(process.pid).keys()].map((pid) =>
    Number(readOrEmpty(`/proc/${pid}/smaps_rollup`).match(/^Pss:\s+(\d+)/m)?.[1] ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size * 1024, 0);
}

function descendantsOf(pid: number): Map<number, ProcessTimes> {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? timesOf(Number(name)) : []));
  const found = new Map<number, ProcessTimes>();
  const visit = (parent: number) => {
    for (const [child, times] of all) {
      if (times.parent !== parent) continue;
      found.set(child, times);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** The process and its times; nothing where it has ended. */
function timesOf(pid: number): [number, ProcessTimes][] {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  if (text === '') return [];
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return [
    [pid, { parent: Number(fields[1]), seconds: ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND }],
  ];
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
