import { Listr, ListrLogger, ProcessOutput } from 'listr2';

/** Moves a step on by one, or shows another text. */
export interface Step {
  tick(): void;
  show(text: string): void;
}

const REFRESH_MILLISECONDS = 200;
const PLAIN_LINE_MILLISECONDS = 10_000;

/** Runs one step of work with its progress on stderr: a live line in a terminal, a plain line now and then elsewhere. */
export async function withProgress<T>(
  title: string,
  total: number | null,
  work: (step: Step) => Promise<T>,
): Promise<T> {
  let result: { value: T } | null = null;
  const isLive = process.stderr.isTTY === true;
  const output = new ProcessOutput(process.stderr, process.stderr);
  const logger = new ListrLogger({ processOutput: output });
  const steps = new Listr(
    [
      {
        title,
        task: async (_context, task) => {
          const meter = new Meter(title, total, isLive, (text) => {
            if (isLive) task.title = text;
            else process.stderr.write(`${text}\n`);
          });
          result = { value: await work(meter) };
          task.title = meter.text();
        },
      },
    ],
    {
      renderer: isLive ? 'default' : 'silent',
      rendererOptions: { logger, showErrorMessage: false },
      registerSignalListeners: false,
    },
  );
  await steps.run();
  return (result as unknown as { value: T }).value;
}

class Meter implements Step {
  readonly #title: string;
  readonly #total: number | null;
  readonly #interval: number;
  readonly #write: (text: string) => void;
  readonly #start = performance.now();
  #lastShown = performance.now();
  #done = 0;
  #text = '';

  constructor(title: string, total: number | null, isLive: boolean, write: (text: string) => void) {
    this.#title = title;
    this.#total = total;
    this.#interval = isLive ? REFRESH_MILLISECONDS : PLAIN_LINE_MILLISECONDS;
    this.#write = write;
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
    if (this.#total === null) return this.#text === '' ? this.#title : `${this.#title} ${this.#text}`;
    const seconds = (performance.now() - this.#start) / 1000;
    const rate = this.#done / Math.max(seconds, 0.001);
    const left =
      this.#done === 0 || this.#done === this.#total ? '' : `, ${duration((this.#total - this.#done) / rate)} left`;
    return `${this.#title} ${this.#done}/${this.#total}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`;
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#lastShown < this.#interval) return;
    this.#lastShown = now;
    this.#write(this.text());
  }
}

/** A length of time for people: `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
