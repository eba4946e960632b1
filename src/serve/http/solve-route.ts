import { z } from 'zod';
import { readableOf } from '../../base/readable.ts';
import type { TrialEvent } from '../../runs/event.ts';
import type { Trial } from '../../runs/trial.ts';
import { readFreeTask } from '../../tasks/markdown-task.ts';
import { answerIn, endOf } from '../answer-chat.ts';
import { proofLine, proofOf } from '../proof.ts';
import { solveTask } from '../solve-task.ts';
import { VIRTUAL } from '../virtual-models.ts';
import { asWireErrorTo, clientGone, WireError } from '../wire-error.ts';
import { readBody } from '../wires/read-body.ts';
import { sse } from '../wires/server-sent.ts';
import type { ChatServices } from './chat-server.ts';
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
  if (stream) return streamEvents(events, answered, { request, notes, stop: () => stop.abort() });
  for await (const event of events) {
    if (event.kind === 'trial-ended') return Response.json(answered(event.trial));
  }
  throw new TypeError('a trial did not end');
}

interface StreamWatch {
  readonly request: Request;
  readonly notes: RequestNotes;
  /** Ends the work where the client is gone. */
  readonly stop: () => void;
}

function streamEvents(
  events: AsyncIterable<TrialEvent>,
  answered: (trial: Trial) => object,
  { request, notes, stop }: StreamWatch,
): Response {
  const encoder = new TextEncoder();
  const { promise, resolve } = Promise.withResolvers<WireError | null>();
  notes.sent = promise;
  const source = (async function* () {
    let error: WireError | null = clientGone();
    try {
      for await (const event of events) {
        yield encoder.encode(sse(event, event.kind));
        if (event.kind === 'trial-ended') yield encoder.encode(sse(answered(event.trial), 'answer'));
      }
      error = null;
    } catch (caught) {
      error = asWireErrorTo(request, caught);
      yield encoder.encode(sse({ error: error.message }, 'error'));
    } finally {
      resolve(error);
    }
  })();
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  return new Response(readableOf(source, stop), { headers });
}
