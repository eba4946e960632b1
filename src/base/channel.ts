type End = 'over' | { readonly error: unknown };

/** Values that some parts of a program give and one other takes, in order; who gives can wait until there is room. */
export class Channel<Value> implements AsyncIterable<Value> {
  readonly #capacity: number;
  #values: Value[] = [];
  #end: End | null = null;
  #onValue: (() => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Never waits; see `room`. */
  give(value: Value): void {
    this.#values.push(value);
    this.#wake();
  }

  /** Resolves as soon as fewer values than the capacity wait to be taken. */
  async room(): Promise<void> {
    while (this.#values.length >= this.#capacity && this.#end === null) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
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
      for (const resolve of this.#waiting.splice(0)) resolve();
      yield* values;
      if (this.#values.length > 0) continue;
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
