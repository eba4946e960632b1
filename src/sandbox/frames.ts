/** A message as the runner reads it: 4 bytes of length, big-endian, then JSON. */
export function frameOf(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.allocUnsafe(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** Takes bytes as they come and gives back the messages that are whole. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;

  push(bytes: Buffer): unknown[] {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    const messages: unknown[] = [];
    while (this.#size >= 4) {
      const buffer = this.#whole();
      const length = buffer.readUInt32BE(0);
      if (buffer.length < 4 + length) break;
      messages.push(JSON.parse(buffer.toString('utf8', 4, 4 + length)));
      this.#parts = [buffer.subarray(4 + length)];
      this.#size = buffer.length - 4 - length;
    }
    return messages;
  }

  #whole(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }
}
