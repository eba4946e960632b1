import { withStringFor } from '../../base/json-text.ts';
import type { ModelAddress } from '../upstream.ts';
import { asWireError, clientGone, WireError } from '../wire-error.ts';
import type { ChatServices } from './chat-server.ts';
import type { JsonBody } from './read-request.ts';
import type { RequestNotes } from './request-notes.ts';

/** A request for a server behind, and the model of that server that answers it. */
export interface PassedOn {
  readonly request: Request;
  readonly body: JsonBody;
  readonly address: ModelAddress;
}

/** Passes a request on when it is its turn, byte for byte but for the model's name; the turn ends when the answer has passed through. */
export async function passOn(
  { request, body, address }: PassedOn,
  { upstream, admission, closing }: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const { url, name } = address;
  const text = body.value.model === name ? body.text : withStringFor(body.text, 'model', name);
  const signal = AbortSignal.any([request.signal, closing]);
  const leave = await admission.enter(signal);
  try {
    const response = await upstream.forward(request, url, text, signal);
    const { body: passing, sent } = followed(response.body, request, notes);
    notes.sent = sent;
    void sent.then(leave);
    return new Response(passing, response);
  } catch (error) {
    leave();
    throw error;
  }
}

interface Followed {
  readonly body: ReadableStream<Uint8Array> | null;
  /** Resolves when the bytes are through or nobody wants them any more, with what broke them off. */
  readonly sent: Promise<WireError | null>;
}

/** The same bytes; hangs up where they break off, as the status has been sent by then. */
function followed(
  body: ReadableStream<Uint8Array> | null,
  request: Request,
  { hangUp }: Pick<RequestNotes, 'hangUp'>,
): Followed {
  if (body === null) return { body, sent: Promise.resolve(null) };
  const { promise: sent, resolve } = Promise.withResolvers<WireError | null>();
  const reader = body.getReader();
  const passing = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        resolve(null);
        controller.close();
      } catch (error) {
        resolve(brokenOff(request, error));
        if (hangUp === undefined) controller.error(error);
        else hangUp();
      }
    },
    async cancel(reason) {
      resolve(clientGone(reason));
      await reader.cancel(reason);
    },
  });
  return { body: passing, sent };
}

function brokenOff({ signal }: Request, error: unknown): WireError {
  if (error instanceof WireError) return asWireError(error);
  if (signal.aborted) return clientGone(error);
  return new WireError('model-failed', 'the answer of the model server broke off', { cause: error });
}
