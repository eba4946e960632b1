/** Bytes that come in chunks of any number and size, kept in one piece: a million chunks of one byte are one megabyte. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  /** Room for so many from the beginning. */
  constructor(room = 64 * 1024) {
    this.#bytes = new Uint8Array(room);
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** All that came so far; no copy. */
  whole(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
