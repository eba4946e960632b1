type End = 'over' | { readonly error: unknown };

/** Values that some parts of a program give and one other takes, in order; who gives can wait until they are taken. */
export class Channel<Value> implements AsyncIterable<Value> {
  #values: Value[] = [];
  #end: End | null = null;
  #onValue: (() => void) | null = null;
  #isTaking = false;
  #waiting: (() => void)[] = [];

  /** Never waits; see `taken`. */
  give(value: Value): void {
    this.#values.push(value);
    this.#wake();
  }

  /** Resolves when the taker has done with all that was given so far, or takes no more. */
  async taken(): Promise<void> {
    if (this.#end !== null || (this.#values.length === 0 && !this.#isTaking)) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The values given so far are the last. */
  close(): void {
    this.#finish('over');
  }

  /** The taker gets the values given so far, and then this error. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (;;) {
      const values = this.#values;
      this.#values = [];
      const waiting = this.#waiting.splice(0);
      this.#isTaking = true;
      try {
        yield* values;
      } finally {
        this.#isTaking = false;
        for (const resolve of waiting) resolve();
      }
      if (this.#values.length > 0 || this.#waiting.length > 0) continue;
      if (this.#end === 'over') return;
      if (this.#end !== null) throw this.#end.error;
      await new Promise<void>((resolve) => {
        this.#onValue = resolve;
      });
    }
  }

  #finish(end: End): void {
    this.#end ??= end;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#wake();
  }

  #wake(): void {
    const wake = this.#onValue;
    this.#onValue = null;
    wake?.();
  }
}
