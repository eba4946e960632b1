import { withStringFor } from '../../base/json-text.ts';
import type { ModelAddress } from '../upstream.ts';
import { WireError } from '../wire-error.ts';
import type { ChatServices } from './chat-services.ts';
import { pulledBody } from './pulled-body.ts';
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
  { upstream, admission, closing, readMs }: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const { urls, name } = address;
  const text = body.value.model === name ? body.text : withStringFor(body.text, 'model', name);
  const stopping = new AbortController();
  const signal = AbortSignal.any([request.signal, closing, stopping.signal]);
  const leave = await admission.enter(signal);
  try {
    const { response, leave: leaveServer } = await upstream.forward(request, urls, text, signal);
    const end = () => {
      leaveServer();
      leave();
    };
    if (response.body === null) {
      end();
      return response;
    }
    const source = bytesOf(response.body, signal, end);
    const passing = pulledBody({ source, readMs, stop: () => stopping.abort() }, request, notes);
    return new Response(passing, response);
  } catch (error) {
    leave();
    throw error;
  }
}

async function* bytesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    signal.throwIfAborted();
    throw new WireError('model-failed', 'the answer of the model server ended early', { cause });
  } finally {
    onEnd();
  }
}
