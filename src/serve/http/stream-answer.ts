import type { AnswerEnd, AnswerEvent } from '../chat.ts';
import { asWireErrorTo, clientGone, type WireError } from '../wire-error.ts';
import type { AnswerHead, AnswerWriter, Wire } from '../wires/wire.ts';
import { LiveStream } from './live-stream.ts';

/** An answer on a wire. */
export interface WrittenAnswer {
  readonly wire: Wire;
  readonly head: AnswerHead;
  readonly events: AsyncIterable<AnswerEvent>;
  /** False where the client does not want to be told what was verified. */
  readonly showsProof: boolean;
}

/** What became of an answer once it was sent. */
export interface SentAnswer {
  /** Null where it broke off. */
  readonly end: AnswerEnd | null;
  readonly error: WireError | null;
}

export interface StreamedAnswer {
  readonly response: Response;
  readonly sent: Promise<SentAnswer>;
}

/** The answer piece by piece, from its first byte on at once; `stop` ends the work where the client is gone. */
export function streamAnswer(answer: WrittenAnswer, request: Request, stop: () => void): StreamedAnswer {
  const { wire, head } = answer;
  const writer = wire.writer(head);
  const stream = new LiveStream(writer.keepAlive, stop);
  stream.send(writer.begin());
  const headers = { 'content-type': wire.streamType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
  return { response: new Response(stream.body, { headers }), sent: write(answer, writer, stream, request) };
}

async function write(
  { events, showsProof }: WrittenAnswer,
  writer: AnswerWriter,
  stream: LiveStream,
  request: Request,
): Promise<SentAnswer> {
  let end: AnswerEnd | null = null;
  try {
    for await (const event of events) {
      if (event.kind === 'progress') stream.send(writer.progress(event.text));
      else if (event.kind === 'text') stream.send(writer.text(event.text));
      else {
        end = event;
        stream.send(writer.end(shownEnd(event, showsProof)));
      }
    }
    return { end, error: null };
  } catch (caught) {
    const error = stream.isGone ? clientGone(caught) : asWireErrorTo(request, caught);
    stream.send(writer.fail(error));
    return { end, error };
  } finally {
    stream.close();
  }
}

/** The answer in one piece; throws what breaks. */
export async function wholeAnswer({
  wire,
  head,
  events,
  showsProof,
}: WrittenAnswer): Promise<{ readonly response: Response; readonly end: AnswerEnd }> {
  const progress: string[] = [];
  let text = '';
  for await (const event of events) {
    if (event.kind === 'progress') progress.push(event.text);
    else if (event.kind === 'text') text += event.text;
    else {
      const whole = wire.whole(head, { text, progress, end: shownEnd(event, showsProof) });
      return { response: Response.json(whole), end: event };
    }
  }
  throw new TypeError('an answer did not end');
}

function shownEnd(end: AnswerEnd, showsProof: boolean): AnswerEnd {
  return showsProof ? end : { ...end, proof: null };
}
