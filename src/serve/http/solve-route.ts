import { z } from 'zod';
import type { TrialEvent } from '../../runs/event.ts';
import { endOfTrial } from '../../runs/start-run.ts';
import type { Trial } from '../../runs/trial.ts';
import { readFreeTask } from '../../tasks/markdown-task.ts';
import { answerIn, endOf } from '../answer-chat.ts';
import { proofLine, proofOf } from '../proof.ts';
import { solveTask } from '../solve-task.ts';
import { VIRTUAL } from '../virtual-models.ts';
import { WireError } from '../wire-error.ts';
import { readBody } from '../wires/read-body.ts';
import { sse } from '../wires/server-sent.ts';
import type { ChatServices } from './chat-services.ts';
import { pulledBody } from './pulled-body.ts';
import { readJson } from './read-request.ts';
import type { RequestNotes } from './request-notes.ts';

const solveSchema = z.strictObject({
  task: z.string().min(1),
  tests: z.string().min(1).optional(),
  entryPoint: z.string().optional(),
  /** A pipeline of the server; the first one where it is not given. */
  pipeline: z.string().optional(),
  seed: z.int().min(0).optional(),
  stream: z.boolean().default(false),
});

/** greenloop's own /v1/solve: a task and tests in, the Trace out, or every event of it as it happens. */
export async function solveRoute(request: Request, services: ChatServices, notes: RequestNotes): Promise<Response> {
  const { value } = await readJson(request, services.mostBytes);
  const { task: text, tests, entryPoint, pipeline, seed, stream } = readBody(solveSchema, value);
  const name = pipeline ?? services.virtual.names[0]!;
  notes.model = name;
  const spec = services.virtual.find(name) ?? services.virtual.find(`${VIRTUAL}${name}`);
  if (spec === null) throw new WireError('not-found', `no pipeline ${JSON.stringify(name)}`, { field: 'pipeline' });
  const task = readFreeTask(text, { tests, entryPoint });
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, services.closing, stop.signal]);
  const events = services.admission.during(signal, () => solveTask({ task, spec, seed, signal }, services));
  const answered = (trial: Trial) => {
    const { code } = answerIn(trial, services.limits);
    const proof = proofOf(trial, task);
    notes.end = endOf(proof);
    return { passed: proof.verdict === 'passed', says: proofLine(proof), code, proof, trace: trial.trace };
  };
  if (stream) {
    const source = writtenEvents(events, answered);
    const body = { source, lastWords, readMs: services.readMs, stop: () => stop.abort() };
    return new Response(pulledBody(body, request, notes), { headers: STREAM_HEADERS });
  }
  return Response.json(answered(await endOfTrial(events)));
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const encoder = new TextEncoder();

async function* writtenEvents(
  events: AsyncIterable<TrialEvent>,
  answered: (trial: Trial) => object,
): AsyncGenerator<Uint8Array> {
  for await (const event of events) {
    yield encoder.encode(sse(event, event.kind));
    if (event.kind === 'trial-ended') yield encoder.encode(sse(answered(event.trial), 'answer'));
  }
}

function lastWords({ message }: WireError): Uint8Array {
  return encoder.encode(sse({ error: message }, 'error'));
}
