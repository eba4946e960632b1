import { WireError } from './wire-error.ts';

/** The longest time that a timer of Node can wait, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** What a client is told that got no answer in time. */
export function tooSlow(seconds: number): WireError {
  return new WireError('too-slow', `there was no answer within ${seconds} s`);
}

/** Aborts its signal, with what the client is told, once an answer has taken so many seconds. */
export class AnswerDeadline {
  readonly #late = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number) {
    this.#timer = setTimeout(() => this.#late.abort(tooSlow(seconds)), Math.min(1000 * seconds, LONGEST_MS));
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  /** To be called when the answer is over. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
