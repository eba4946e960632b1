import { shortened, TEXT_WIDTH } from '../../report/text-width.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 100;
/** To the beginning of the line, which is emptied. */
const EMPTIED = '\r\u001b[2K';

/** The line at the foot of a terminal that is written over while work goes on; all else that is written goes above it. */
class LiveLine {
  #text: string | null = null;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Shows a text, with a sign of life before it, until another one comes or it is ended. */
  show(text: string): void {
    this.#text = text;
    this.#timer ??= setInterval(() => this.#turn(), FRAME_MS).unref();
    this.#draw();
  }

  /** Takes the line away; the text given stays, as what was done. */
  end(done: string | null): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#text = null;
    process.stderr.write(done === null ? EMPTIED : `${EMPTIED}✔ ${fitting(done)}\n`);
  }

  /** Writes something above the line. */
  above(write: () => void): void {
    if (this.#text !== null) process.stderr.write(EMPTIED);
    write();
    this.#draw();
  }

  #turn(): void {
    this.#frame = (this.#frame + 1) % FRAMES.length;
    this.#draw();
  }

  #draw(): void {
    if (this.#text !== null) process.stderr.write(`${EMPTIED}${FRAMES[this.#frame]} ${fitting(this.#text)}`);
  }
}

/** Within the width of the terminal: a line that wraps could not be written over. */
function fitting(text: string): string {
  return shortened(text, (process.stderr.columns || TEXT_WIDTH) - 3);
}

export const liveLine = new LiveLine();
