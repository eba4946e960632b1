import { createWriteStream, rmSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './errors.ts';
import { printable } from './printable.ts';

/** Called with the bytes so far, those of an earlier try included, and the whole size, null where nobody tells it. */
export type OnProgress = (bytes: number, total: number | null) => void;

/** Where an answer is written, and how much of it may come. */
interface Receipt {
  readonly path: string;
  /** Bytes in the file, behind which the answer goes on; 0 begins anew. */
  readonly kept: number;
  readonly total: number | null;
  readonly mostBytes: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What a Refusal says where more comes than may. */
  readonly tooLarge: string;
  /** What a Refusal says where the answer ends too early. */
  readonly brokenOff: (bytes: number, reason: string) => string;
}

/**
 * Writes an answer into a file; one that breaks off is in it as far as it came, of one that is too large nothing stays. Throws a Refusal in
 * the words given, or the signal's reason.
 */
export async function receiveFile(response: Response, receipt: Receipt): Promise<void> {
  const { path, kept, total, signal } = receipt;
  const meter = new Meter(receipt);
  const file = createWriteStream(path, { flags: kept > 0 ? 'a' : 'w' });
  let cause: unknown;
  const untilItBreaks = async function* () {
    try {
      if (response.body !== null) yield* Readable.fromWeb(response.body);
    } catch (error) {
      cause = error;
    }
  };
  // The file is ended as after a whole download, so that all that came is in it.
  await pipeline(untilItBreaks, meter, file).catch((error: unknown) => {
    if (error instanceof Refusal) rmSync(path, { force: true });
    throw error;
  });
  signal?.throwIfAborted();
  if (cause === undefined && total !== null && meter.bytes < total) cause = new Error(`of ${total}`);
  if (cause !== undefined) throw new Refusal(receipt.brokenOff(meter.bytes, innermostReason(cause)), { cause });
}

/** Counts what passes through, and ends where that is too much. */
class Meter extends Transform {
  bytes: number;
  readonly #receipt: Receipt;

  constructor(receipt: Receipt) {
    super();
    this.bytes = receipt.kept;
    this.#receipt = receipt;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void) {
    const { mostBytes, tooLarge, onProgress, total } = this.#receipt;
    this.bytes += chunk.length;
    if (this.bytes > mostBytes) return done(new Refusal(tooLarge));
    onProgress?.(this.bytes, total);
    done(null, chunk);
  }
}

/** Why a request failed, in the code or the words of its innermost cause. */
export function innermostReason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  if (!(inner instanceof Error)) return printable(String(inner));
  return printable((inner as NodeJS.ErrnoException).code ?? (inner.message || inner.name));
}
