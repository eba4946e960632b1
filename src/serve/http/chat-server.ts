import { randomUUID } from 'node:crypto';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import { askModel, solveChat } from '../answer-chat.ts';
import type { AnswerEnd, AnswerEvent, Chat } from '../chat.ts';
import { taskOfConversation } from '../conversation-task.ts';
import type { ModelAddress } from '../upstream.ts';
import { WireError } from '../wire-error.ts';
import type { AnswerHead, Wire } from '../wires/wire.ts';
import type { ChatServices } from './chat-services.ts';
import { passOn } from './pass-on.ts';
import { type JsonBody, readJson } from './read-request.ts';
import type { RequestNotes } from './request-notes.ts';
import { streamAnswer, wholeAnswer } from './stream-answer.ts';

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
  if (spec === null) return askBehind({ path: wire.path, request, body }, services, notes);
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
  const address = task === null ? await rawAddress(wire, asked.spec, chat, services) : null;
  if (address !== null) return passOn({ request, body: asked.body, address }, services, notes);
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, services.closing, stop.signal]);
  const { spec } = asked;
  const answer = {
    ...{ wire, head: headOf(chat, options) },
    events: services.admission.during(signal, () => answered({ chat, task, spec, services, signal })),
    showsProof: request.headers.get('x-greenloop-proof') !== 'off',
  };
  if (isStream) {
    const { response, sent } = streamAnswer(answer, request, () => stop.abort());
    notes.sent = sent.then(({ end, error }) => {
      if (end !== null) notes.end = end;
      return error;
    });
    return response;
  }
  const { response, end } = await wholeAnswer(answer);
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

async function* answered({ chat, task, spec, services, signal }: Answering): AsyncGenerator<AnswerEvent> {
  if (chat.messages.length === 0) yield EMPTY;
  else if (task === null) yield* askModel(chat, spec, { ...services, signal });
  else yield* solveChat(chat, task, spec, { ...services, signal });
}

const EMPTY: AnswerEnd = {
  kind: 'ended',
  finish: 'stop',
  usage: { promptTokens: 0, completionTokens: 0 },
  proof: null,
};

/** Where the generator's own server answers this wire; null where greenloop speaks it for the model. Tools need the server. */
async function rawAddress(
  { name, path }: Wire,
  { generator }: PipelineSpec,
  { hasTools }: Chat,
  { upstream }: ChatServices,
): Promise<ModelAddress | null> {
  const isUsual = name === 'openai-chat' || name === 'ollama-chat' || name === 'ollama-generate';
  const address = isUsual || hasTools ? await upstream.addressOf(generator.model, path) : null;
  if (address === null && hasTools) {
    throw new WireError('invalid-request', `${generator.model} supports neither tools nor JSON schemas on ${path}`);
  }
  return address;
}

/** A request that only a server behind answers. */
export interface AskedBehind {
  readonly path: string;
  readonly request: Request;
  readonly body: JsonBody;
}

/** Passes a request on to the server that has its model, or the model that writes the drafts of its pipeline. */
export async function askBehind(
  { path, request, body }: AskedBehind,
  services: ChatServices,
  notes: RequestNotes,
): Promise<Response> {
  const { upstream, virtual } = services;
  const model = String(body.value.model ?? '');
  notes.model = model;
  const generator = virtual.find(model)?.generator.model ?? null;
  const address = generator === null ? await upstream.find(model, path) : await upstream.addressOf(generator, path);
  if (address !== null) return passOn({ request, body, address }, services, notes);
  if (generator !== null) throw new WireError('invalid-request', `no server answers ${path} for ${generator}`);
  throw new WireError('not-found', `no model ${JSON.stringify(model)}; pipelines here: ${virtual.names.join(', ')}`, {
    field: 'model',
  });
}
