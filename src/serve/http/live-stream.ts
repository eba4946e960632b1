/** Silence after which something is sent, so that nobody in between gives up. */
const KEEP_ALIVE_MS = 5000;

/** A body that is written while things happen, and says in silent phases that it goes on. */
export class LiveStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #timer: NodeJS.Timeout;
  #sentAt = performance.now();
  #isGone = false;

  /** `onGone` is called where nobody reads any more. */
  constructor(keepAlive: string, onGone: () => void) {
    const started: ReadableStreamDefaultController<Uint8Array>[] = [];
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void started.push(controller),
      cancel: () => {
        this.#isGone = true;
        onGone();
      },
    });
    this.#controller = started[0]!;
    this.#timer = setInterval(() => {
      if (performance.now() - this.#sentAt >= KEEP_ALIVE_MS) this.send(keepAlive);
    }, KEEP_ALIVE_MS / 5);
  }

  /** True where nobody reads any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends a text at once; nothing where it is empty or nobody reads any more. */
  send(text: string): void {
    if (text === '' || this.#isGone) return;
    this.#sentAt = performance.now();
    this.#controller.enqueue(this.#encoder.encode(text));
  }

  close(): void {
    clearInterval(this.#timer);
    if (!this.#isGone) this.#controller.close();
  }
}
