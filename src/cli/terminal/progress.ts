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

interface ProgressOptions {
  /** A live line is taken away after the step. */
  readonly isPassing?: boolean;
  /** What to say between the count and the time. */
  readonly detail?: () => string;
}

/**
 * Runs one step of work with its progress on stderr: a live line in a terminal, a plain line now and then elsewhere. The time left is that
 * of the latest ends; where nothing ends for long, it says so instead.
 */
export async function withProgress<T>(
  title: string,
  total: number | null,
  work: (step: Step) => Promise<T>,
  options: ProgressOptions = {},
): Promise<T> {
  const isLive = process.stderr.isTTY === true && !wantsPlainOutput();
  return isLive
    ? runLive(new Meter({ title: printable(title), total, ...options }), work, options)
    : runPlainly(new Meter({ title, total, ...options }), work, options);
}

async function runLive<T>(
  meter: Meter,
  work: (step: Step) => Promise<T>,
  { isPassing = false }: ProgressOptions,
): Promise<T> {
  const draw = () => liveLine.show(meter.text());
  const timer = setInterval(draw, REFRESH_MILLISECONDS).unref();
  draw();
  let done: string | null = null;
  try {
    const value = await work(meter);
    if (!isPassing) done = meter.text();
    return value;
  } finally {
    clearInterval(timer);
    liveLine.end(done);
  }
}

/** Short steps say nothing; long ones also say how they ended, and less and less often that nothing has happened. */
async function runPlainly<T>(
  meter: Meter,
  work: (step: Step) => Promise<T>,
  { isPassing = false }: ProgressOptions,
): Promise<T> {
  let said: string | null = null;
  let silentRounds = 0;
  let nextSilence = 1;
  const timer = setInterval(() => {
    const isNew = meter.takeNews();
    silentRounds = isNew ? 0 : silentRounds + 1;
    if (isNew) nextSilence = 1;
    else if (silentRounds < nextSilence) return;
    else nextSilence *= 2;
    said = meter.text();
    say(said);
  }, PLAIN_LINE_MILLISECONDS).unref();
  try {
    return await work(meter);
  } finally {
    clearInterval(timer);
    if (!isPassing && said !== null && said !== meter.text()) say(meter.text());
  }
}

interface MeterOptions extends ProgressOptions {
  readonly title: string;
  /** Null where it is not known. */
  readonly total: number | null;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/** Ends that the time left is reckoned from. */
const LATEST = 30;
/** A silence of so many usual pauses between two ends, and of so many seconds, is said. */
const LONG_PAUSES = 5;
const LONG_SECONDS = 10;

/** How far a step of work is, in words. */
export class Meter implements Step {
  readonly #options: MeterOptions;
  readonly #now: () => number;
  readonly #start: number;
  /** When the latest ends came, after when the first of them was begun. */
  readonly #ends: number[];
  #done = 0;
  #text = '';
  #hasNews = false;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
    this.#ends = [this.#start];
  }

  tick(): void {
    this.#done += 1;
    this.#hasNews = true;
    this.#ends.push(this.#now());
    if (this.#ends.length > LATEST + 1) this.#ends.shift();
  }

  show(text: string): void {
    this.#text = text;
    this.#hasNews = true;
  }

  /** Whether anything has happened since this was asked last. */
  takeNews(): boolean {
    const had = this.#hasNews;
    this.#hasNews = false;
    return had;
  }

  text(): string {
    const { title, total, detail } = this.#options;
    const said = detail?.() ?? '';
    if (total === null) return [title, this.#text, said].filter((part) => part !== '').join(' ');
    const elapsed = duration((this.#now() - this.#start) / 1000);
    return [`${title} ${this.#done}/${total}`, said, elapsed, this.#left(total)]
      .filter((part) => part !== '')
      .join(', ');
  }

  #left(total: number): string {
    const ends = this.#ends.length - 1;
    const silence = (this.#now() - this.#ends.at(-1)!) / 1000;
    if (this.#done >= total) return '';
    const pause = ends === 0 ? 0 : (this.#ends.at(-1)! - this.#ends[0]!) / 1000 / ends;
    if (silence > Math.max(LONG_SECONDS, LONG_PAUSES * pause)) return `none ended for ${duration(silence)}`;
    return ends === 0 ? '' : `about ${duration((total - this.#done) * pause)} left`;
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
