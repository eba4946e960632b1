import { z } from 'zod';
import { chosenAttempt } from '../../pipeline/trace.ts';
import type { TrialEvent } from '../../runs/event.ts';
import { readFreeTask } from '../../tasks/markdown-task.ts';
import { withLimits } from '../answer-chat.ts';
import { proofLine, proofOf } from '../proof.ts';
import { VIRTUAL } from '../virtual-models.ts';
import { asWireError, WireError } from '../wire-error.ts';
import { readBody } from '../wires/read-body.ts';
import { sse } from '../wires/server-sent.ts';
import type { ChatServices } from './chat-server.ts';
import { readJson } from './read-request.ts';

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
export async function solveRoute(request: Request, services: ChatServices): Promise<Response> {
  const { value } = await readJson(request, services.mostBytes);
  const { task: text, tests, entryPoint, pipeline, seed, stream } = readBody(solveSchema, value);
  const name = pipeline ?? services.virtual.names[0]!;
  const spec = services.virtual.find(name) ?? services.virtual.find(`${VIRTUAL}${name}`);
  if (spec === null) throw new WireError('not-found', `no pipeline ${JSON.stringify(name)}`, { field: 'pipeline' });
  const task = readFreeTask(text, { tests, entryPoint });
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, services.closing, stop.signal]);
  const turn = services.admission.enter(signal);
  const limited = withLimits(spec, services.limits);
  async function* events(): AsyncGenerator<TrialEvent> {
    const leave = await turn;
    try {
      yield* services.solver.solve(task, limited, { seed, signal });
    } finally {
      leave();
    }
  }
  const answerOf = (event: TrialEvent) => {
    if (event.kind !== 'trial-ended') return null;
    const { trace } = event.trial;
    const proof = proofOf(event.trial, task);
    const code = chosenAttempt(trace.attempts)?.code ?? null;
    return { passed: proof.verdict === 'passed', says: proofLine(proof), code, proof, trace };
  };
  if (stream) return streamEvents(events(), answerOf, () => stop.abort());
  for await (const event of events()) {
    const answer = answerOf(event);
    if (answer !== null) return Response.json(answer);
  }
  throw new TypeError('a trial did not end');
}

function streamEvents(
  events: AsyncIterable<TrialEvent>,
  answerOf: (event: TrialEvent) => object | null,
  stop: () => void,
): Response {
  const encoder = new TextEncoder();
  const source = (async function* () {
    try {
      for await (const event of events) {
        yield sse(event, event.kind);
        const answer = answerOf(event);
        if (answer !== null) yield sse(answer, 'answer');
      }
    } catch (error) {
      yield sse({ error: asWireError(error).message }, 'error');
    }
  })();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: stop,
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' } });
}
