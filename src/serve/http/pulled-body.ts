import { readableOf } from '../../base/readable.ts';
import { asWireErrorTo, clientGone, type WireError } from '../wire-error.ts';
import type { RequestNotes } from './request-notes.ts';

export interface PulledBody {
  readonly source: AsyncIterable<Uint8Array>;
  /** Ends what the source waits for, where the client is gone. */
  readonly stop: () => void;
  /** How long a client may take nothing of what waits for it. */
  readonly readMs: number;
  /** The last bytes of an answer that broke off; without it the connection ends, by which a client knows that the answer is not whole. */
  readonly lastWords?: (error: WireError) => Uint8Array;
}

/** A body that is made as the client takes it; `notes.sent` says what became of it. */
export function pulledBody(body: PulledBody, request: Request, notes: RequestNotes): ReadableStream<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<WireError | null>();
  notes.sent = promise;
  return readableOf(followed(body, request, notes.hangUp, resolve), body.stop);
}

async function* followed(
  { source, stop, readMs, lastWords }: PulledBody,
  request: Request,
  hangUp: (() => void) | undefined,
  onEnd: (error: WireError | null) => void,
): AsyncGenerator<Uint8Array> {
  let error: WireError | null = clientGone();
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    stop();
    hangUp?.();
  };
  try {
    for await (const bytes of source) {
      timer = setTimeout(giveUp, readMs);
      yield bytes;
      clearTimeout(timer);
    }
    error = null;
  } catch (caught) {
    error = asWireErrorTo(request, caught);
    if (lastWords !== undefined) yield lastWords(error);
    else if (hangUp !== undefined) hangUp();
    else throw caught;
  } finally {
    clearTimeout(timer);
    onEnd(error);
  }
}
