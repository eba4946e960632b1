import { GrowingBytes } from '../../base/growing-bytes.ts';

const NEW_LINE = 0x0a;
/** Room for what a line usually has. */
const USUAL_BYTES = 1024;

/** Makes lines of bytes that come in chunks of any size. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  #begun: GrowingBytes | null = null;

  /** Bytes of the line that has begun and not ended. */
  get pendingBytes(): number {
    return this.#begun?.length ?? 0;
  }

  /** The lines that end in a chunk, empty ones left out. */
  take(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let to = chunk.indexOf(NEW_LINE); to >= 0; to = chunk.indexOf(NEW_LINE, from)) {
      if (to > from || this.#begun !== null) lines.push(this.#end(chunk.subarray(from, to)));
      from = to + 1;
    }
    if (from < chunk.length) this.#begin(chunk.subarray(from));
    return lines;
  }

  /** What no line feed ended; empty where there is nothing. */
  rest(): string {
    return this.#end(new Uint8Array());
  }

  #begin(bytes: Uint8Array): void {
    this.#begun ??= new GrowingBytes(USUAL_BYTES);
    this.#begun.add(bytes);
  }

  #end(bytes: Uint8Array): string {
    if (this.#begun === null) return this.#decoder.decode(bytes);
    this.#begun.add(bytes);
    const line = this.#decoder.decode(this.#begun.whole());
    this.#begun = null;
    return line;
  }
}
