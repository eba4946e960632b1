import { SandboxFault } from '../base/errors.ts';

// Verdicts have at most 100 checks, each cut to some kilobytes.
const LARGEST_MESSAGE = 64 << 20;

/** A message as the runner reads it: 4 bytes of length, big-endian, then JSON. */
export function frameOf(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.allocUnsafe(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** Takes bytes as they come and gives back the messages that are whole; throws SandboxFault for what is no message. */
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
      if (length > LARGEST_MESSAGE)
        throw new SandboxFault(`the judge sent ${length} bytes at once`, { isTransient: true });
      if (buffer.length < 4 + length) break;
      messages.push(messageIn(buffer.toString('utf8', 4, 4 + length)));
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

function messageIn(text: string): unknown {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message === 'object' && message !== null && 'kind' in message) return message;
  } catch {
    // No JSON, or nested too deep to be read.
  }
  throw new SandboxFault('the judge sent something that is not a message', { isTransient: true });
}
