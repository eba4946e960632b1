import { randomUUID } from 'node:crypto';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import type { Solver } from '../../wiring/solver.ts';
import { type AnswerLimits, askModel, type KeepAnswer, solveChat } from '../answer-chat.ts';
import type { AnswerEnd, AnswerEvent, Chat } from '../chat.ts';
import { taskOfConversation } from '../conversation-task.ts';
import type { Upstream } from '../upstream.ts';
import { VIRTUAL, type VirtualModels } from '../virtual-models.ts';
import { WireError } from '../wire-error.ts';
import type { AnswerHead, Wire } from '../wires/wire.ts';
import type { Admission } from './admission.ts';
import { type JsonBody, readJson } from './read-request.ts';
import { streamAnswer, wholeAnswer } from './stream-answer.ts';

/** All that requests are answered with. */
export interface ChatServices {
  readonly solver: Solver;
  readonly virtual: VirtualModels;
  readonly upstream: Upstream;
  readonly admission: Admission;
  readonly limits: AnswerLimits;
  readonly mostBytes: number;
  readonly keep: KeepAnswer | null;
  /** Aborted where the server closes at once. */
  readonly closing: AbortSignal;
}

/** What is known of a request when it is over. */
export interface RequestNotes {
  model?: string;
  /** Why it went to the model itself; absent where it was solved. */
  plain?: string;
  end?: AnswerEnd;
  /** True of an answer of ours that is written piece by piece: `onEnd` says when it is over. */
  isStreaming?: boolean;
  /** Called when the last byte has been given out. */
  onEnd?: () => void;
  /** Ends the connection to the client, for an answer that breaks off. */
  hangUp?: () => void;
}

/** Answers a chat on a wire: a model that is a pipeline solves it, any other is the server's behind. */
export async function answerOnWire(
  wire: Wire,
  request: Request,
  services: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const body = await readJson(request, services.mostBytes);
  const { model } = body.value;
  if (typeof model !== 'string' || model === '') {
    throw new WireError('invalid-request', 'model: expected the name of a model', { field: 'model' });
  }
  notes.model = model;
  const spec = services.virtual.find(model);
  if (spec === null) return passOn({ path: wire.path, request, body }, services, notes);
  return answerByPipeline(wire, request, { body, spec }, services, notes);
}

interface Asked {
  readonly body: JsonBody;
  readonly spec: PipelineSpec;
}

async function answerByPipeline(
  wire: Wire,
  request: Request,
  asked: Asked,
  services: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const { chat, isStream, options } = wire.read(asked.body.value);
  const found = taskOfConversation(chat.messages, { hasTools: chat.hasTools });
  const { task } = found;
  if (found.task === null) notes.plain = found.reason;
  const address = task === null ? rawAddress(wire, asked.spec, chat, services) : null;
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, services.closing, stop.signal]);
  const turn = services.admission.enter(signal);
  if (address !== null) return passTurn(turn, notes, () => forwardTo(address, request, asked.body, services, signal));
  const events = answering(turn, { chat, task, spec: asked.spec, services, signal });
  const head = headOf(chat, options);
  const showsProof = request.headers.get('x-greenloop-proof') !== 'off';
  const shown = showsProof ? events : withoutProof(events);
  if (isStream) {
    notes.isStreaming = true;
    const end = (ended: AnswerEnd | null) => {
      if (ended !== null) notes.end = ended;
      notes.onEnd?.();
    };
    return streamAnswer(wire, head, shown, { stop: () => stop.abort(), onEnd: end });
  }
  const { response, end } = await wholeAnswer(wire, head, shown);
  notes.end = end;
  return response;
}

function headOf({ model }: Chat, options: AnswerHead['options']): AnswerHead {
  const created = Math.floor(Date.now() / 1000);
  return { id: randomUUID().replaceAll('-', ''), created, model, options };
}

interface Answering {
  readonly chat: Chat;
  readonly task: FreeTask | null;
  readonly spec: PipelineSpec;
  readonly services: ChatServices;
  readonly signal: AbortSignal;
}

/** What happens once it is the request's turn, which ends with it. */
async function* answering(
  turn: Promise<() => void>,
  { chat, task, spec, services, signal }: Answering,
): AsyncGenerator<AnswerEvent> {
  const leave = await turn;
  try {
    if (chat.messages.length === 0) yield EMPTY;
    else if (task === null) yield* askModel(chat, spec, { ...services, signal });
    else yield* solveChat(chat, task, spec, { ...services, signal });
  } finally {
    leave();
  }
}

const EMPTY: AnswerEnd = {
  kind: 'ended',
  finish: 'stop',
  usage: { promptTokens: 0, completionTokens: 0 },
  proof: null,
};

async function* withoutProof(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  for await (const event of events) yield event.kind === 'ended' ? { ...event, proof: null } : event;
}

/** Where the generator's own server answers this wire; null where greenloop speaks it for the model. Tools need the server. */
function rawAddress(
  { name, path }: Wire,
  { generator }: PipelineSpec,
  { hasTools }: Chat,
  { upstream }: ChatServices,
): { readonly url: string; readonly name: string } | null {
  const isUsual = name === 'openai-chat' || name === 'ollama-chat' || name === 'ollama-generate';
  const address = isUsual || hasTools ? upstream.addressOf(generator.model, path) : null;
  if (address === null && hasTools) {
    throw new WireError('invalid-request', `${generator.model} takes no tools and no set form of answers on ${path}`);
  }
  return address;
}

function forwardTo(
  { url, name }: { readonly url: string; readonly name: string },
  request: Request,
  { value }: JsonBody,
  { upstream }: ChatServices,
  signal: AbortSignal,
): Promise<Response> {
  return upstream.forward(request, url, JSON.stringify({ ...value, model: name }), signal);
}

/** The turn ends when the answer has passed through. */
async function passTurn(
  turn: Promise<() => void>,
  notes: RequestNotes,
  ask: () => Promise<Response>,
): Promise<Response> {
  const leave = await turn;
  try {
    const response = await ask();
    return new Response(throughTo(response.body, leave, notes), response);
  } catch (error) {
    leave();
    throw error;
  }
}

/** The same bytes, and `onEnd` when they are through or nobody wants them any more; hangs up where they break off. */
function throughTo(
  body: ReadableStream<Uint8Array> | null,
  onEnd: () => void,
  { hangUp }: RequestNotes,
): ReadableStream<Uint8Array> | null {
  if (body === null) {
    onEnd();
    return null;
  }
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        onEnd();
        controller.close();
      } catch (error) {
        onEnd();
        // By this a client knows that the answer is not whole: its status has been sent.
        if (hangUp === undefined) controller.error(error);
        else hangUp();
      }
    },
    async cancel(reason) {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

/** A request for a server behind. */
export interface PassedOn {
  readonly path: string;
  readonly request: Request;
  readonly body: JsonBody;
}

/** Passes a request for a model of a server behind on, byte for byte where the client names it as that server does. */
export async function passOn(
  { path, request, body: { text, value } }: PassedOn,
  { upstream, virtual, admission, closing }: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const model = String(value.model ?? '');
  const found = model.startsWith(VIRTUAL) ? null : await upstream.find(model);
  if (found === null) {
    throw new WireError('not-found', `no model ${JSON.stringify(model)}; pipelines here: ${virtual.names.join(', ')}`, {
      field: 'model',
    });
  }
  const { server, listing, name } = found;
  const base = server.provider === 'openai' ? server.url.replace(/\/v1$/, '') : server.url;
  const body = model === listing.name ? JSON.stringify({ ...value, model: name }) : text;
  const signal = AbortSignal.any([request.signal, closing]);
  return passTurn(admission.enter(signal), notes, () => upstream.forward(request, `${base}${path}`, body, signal));
}
