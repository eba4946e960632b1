// Runs in the children. Python blocks in a read, so that the whole process waits there.
import { readSync, writeSync } from 'node:fs';
import { type TaggedFrame, TaggedFrameReader, taggedHeader } from './tagged-frames.ts';

const BUFFER_BYTES = 1 << 16;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The conversation with greenloop over standard input and output; ends the process when greenloop is gone. */
export class BlockingChannel {
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #reader = new TaggedFrameReader();
  readonly #frames: TaggedFrame[] = [];
  readonly #leave: () => never;

  constructor(leave: () => never) {
    this.#leave = leave;
  }

  receive(): TaggedFrame {
    while (this.#frames.length === 0) {
      const count = this.#attempt(() => readSync(0, this.#buffer));
      if (count === 0) this.#leave();
      this.#frames.push(...this.#reader.push(Buffer.from(this.#buffer.subarray(0, count))));
    }
    return this.#frames.shift()!;
  }

  send(tag: string, body: Uint8Array): void {
    this.#write(Buffer.concat([taggedHeader(tag, body.length), body]));
  }

  #write(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; ) start += this.#attempt(() => writeSync(1, bytes, start));
  }

  #attempt(operation: () => number): number {
    for (;;) {
      try {
        return operation();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EOF') return 0;
        if (code !== 'EAGAIN') this.#leave();
        Atomics.wait(pause, 0, 0, 1);
      }
    }
  }
}
