import type { AnswerEnd, AnswerEvent } from '../chat.ts';
import { asWireError } from '../wire-error.ts';
import type { AnswerHead, Wire } from '../wires/wire.ts';

/** Silence after which something is sent, so that nobody in between gives up. */
const KEEP_ALIVE_MS = 5000;

/** What becomes of an answer once it is sent. */
export interface AnswerWatch {
  /** Ends the work where the client is gone. */
  readonly stop: () => void;
  /** Called once; null where it broke or the client has gone. */
  readonly onEnd: (end: AnswerEnd | null) => void;
}

/** The answer on a wire piece by piece, from its first byte on at once. */
export function streamAnswer(
  wire: Wire,
  head: AnswerHead,
  events: AsyncIterable<AnswerEvent>,
  { stop, onEnd }: AnswerWatch,
): Response {
  const writer = wire.writer(head);
  const encoder = new TextEncoder();
  let isGone = false;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      let sentAt = performance.now();
      const send = (text: string) => {
        if (text === '' || isGone) return;
        sentAt = performance.now();
        controller.enqueue(encoder.encode(text));
      };
      const timer = setInterval(() => {
        if (performance.now() - sentAt >= KEEP_ALIVE_MS) send(writer.keepAlive);
      }, KEEP_ALIVE_MS / 5);
      send(writer.begin());
      // Only once `start` has returned is anything sent.
      void write().finally(() => clearInterval(timer));

      async function write(): Promise<void> {
        let end: AnswerEnd | null = null;
        try {
          for await (const event of events) {
            if (event.kind === 'progress') send(writer.progress(event.text));
            else if (event.kind === 'text') send(writer.text(event.text));
            else {
              end = event;
              send(writer.end(event));
            }
          }
        } catch (error) {
          send(writer.fail(asWireError(error)));
        } finally {
          if (!isGone) controller.close();
          onEnd(end);
        }
      }
    },
    cancel() {
      isGone = true;
      stop();
    },
  });
  const headers = { 'content-type': wire.streamType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
  return new Response(body, { headers });
}

/** The answer on a wire in one piece; throws what breaks. */
export async function wholeAnswer(
  wire: Wire,
  head: AnswerHead,
  events: AsyncIterable<AnswerEvent>,
): Promise<{ readonly response: Response; readonly end: AnswerEnd }> {
  const progress: string[] = [];
  let text = '';
  for await (const event of events) {
    if (event.kind === 'progress') progress.push(event.text);
    else if (event.kind === 'text') text += event.text;
    else return { response: Response.json(wire.whole(head, { text, progress, end: event })), end: event };
  }
  throw new TypeError('an answer did not end');
}
