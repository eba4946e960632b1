import { printable } from '../../base/printable.ts';
import type { ServerNotices } from '../../models/model.ts';
import { wantsPlainOutput } from '../../wiring/settings.ts';
import { liveLine } from './live-line.ts';
import { say } from './output.ts';

/** Moves a step on by one, or shows another text. */
export interface Step {
  tick(): void;
  show(text: string): void;
}

const REFRESH_MILLISECONDS = 200;
const PLAIN_LINE_MILLISECONDS = 10_000;

/**
 * Runs one step of work with its progress on stderr: a live line in a terminal, which is taken away after a step that `isPassing`, a plain
 * line now and then elsewhere.
 */
export async function withProgress<T>(
  title: string,
  total: number | null,
  work: (step: Step) => Promise<T>,
  { isPassing = false } = {},
): Promise<T> {
  const isLive = process.stderr.isTTY === true && !wantsPlainOutput();
  return isLive ? runLive({ title: printable(title), total, isPassing }, work) : runPlainly(title, total, work);
}

async function runLive<T>(
  { title, total, isPassing }: { title: string; total: number | null; isPassing: boolean },
  work: (step: Step) => Promise<T>,
): Promise<T> {
  const meter = new Meter({ title, total, interval: REFRESH_MILLISECONDS, show: (text) => liveLine.show(text) });
  liveLine.show(title);
  let done: string | null = null;
  try {
    const value = await work(meter);
    if (!isPassing) done = meter.text();
    return value;
  } finally {
    liveLine.end(done);
  }
}

/** Short steps say nothing; long ones also say how they ended. */
async function runPlainly<T>(title: string, total: number | null, work: (step: Step) => Promise<T>): Promise<T> {
  let hasSpoken = false;
  const show = (text: string) => {
    hasSpoken = true;
    say(text);
  };
  const meter = new Meter({ title, total, interval: PLAIN_LINE_MILLISECONDS, show });
  try {
    return await work(meter);
  } finally {
    if (hasSpoken) show(meter.text());
  }
}

interface MeterOptions {
  readonly title: string;
  /** Null where it is not known. */
  readonly total: number | null;
  /** Milliseconds between two texts. */
  readonly interval: number;
  readonly show: (text: string) => void;
}

class Meter implements Step {
  readonly #options: MeterOptions;
  readonly #start = performance.now();
  #lastShown = performance.now();
  #done = 0;
  #text = '';

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  tick(): void {
    this.#done += 1;
    this.#refresh();
  }

  show(text: string): void {
    this.#text = text;
    this.#refresh();
  }

  text(): string {
    const { title, total } = this.#options;
    if (total === null) return this.#text === '' ? title : `${title} ${this.#text}`;
    const seconds = (performance.now() - this.#start) / 1000;
    const rate = this.#done / Math.max(seconds, 0.001);
    const isUnderWay = this.#done > 0 && this.#done < total;
    const left = isUnderWay ? `, ${duration((total - this.#done) / rate)} left` : '';
    return `${title} ${this.#done}/${total}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`;
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#lastShown < this.#options.interval) return;
    this.#lastShown = now;
    this.#options.show(this.text());
  }
}

/** Says on stderr what the servers of models have to tell: what is waited for now and then, the rest at once. */
export function serverNotices(): ServerNotices {
  let lastSaid = Number.NEGATIVE_INFINITY;
  const waiting = (line: string) => {
    const now = performance.now();
    if (now - lastSaid < PLAIN_LINE_MILLISECONDS) return;
    lastSaid = now;
    say(line);
  };
  return { waiting, note: (line) => say(`greenloop: ${line}`) };
}

/** A length of time for people: `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
