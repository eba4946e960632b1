/** A piece of a conversation with a child: a letter that says what it is, 4 bytes of length, big-endian, then the bytes. */
export interface TaggedFrame {
  readonly tag: string;
  readonly body: Buffer;
}

const HEADER_BYTES = 5;

export function taggedHeader(tag: string, length: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.write(tag, 0, 1, 'latin1');
  header.writeUInt32BE(length, 1);
  return header;
}

export function taggedFrame(tag: string, body: Uint8Array): Buffer {
  return Buffer.concat([taggedHeader(tag, body.length), body]);
}

/** Takes bytes as they come and gives back the frames that are whole. */
export class TaggedFrameReader {
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = HEADER_BYTES;

  push(bytes: Buffer): TaggedFrame[] {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    const frames: TaggedFrame[] = [];
    while (this.#size >= this.#wanted) {
      const buffer = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
      const end = HEADER_BYTES + buffer.readUInt32BE(1);
      this.#wanted = end;
      this.#parts = [buffer];
      if (buffer.length < end) break;
      frames.push({ tag: buffer.toString('latin1', 0, 1), body: buffer.subarray(HEADER_BYTES, end) });
      this.#parts = [buffer.subarray(end)];
      this.#size -= end;
      this.#wanted = HEADER_BYTES;
    }
    return frames;
  }
}

/** What the end of a candidate's run showed, as its host tells it. */
export interface RunEnd {
  /** As wait() gives it: a signal's number, or an exit code times 256. */
  readonly status: number;
  /** How many messages of the judge it had read; null where greenloop ended it. */
  readonly reads: number | null;
  readonly cpuSeconds: number;
  /** Why the process must not serve another run; null where its memory was put back. */
  readonly doubt: string | null;
}
