import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { printable } from '../../base/printable.ts';
import type { McpHandler } from '../mcp/mcp-handler.ts';
import { asWireErrorTo, WireError } from '../wire-error.ts';
import { anthropic, countTokens } from '../wires/anthropic.ts';
import { ollamaChat, ollamaGenerate } from '../wires/ollama.ts';
import { openaiChat } from '../wires/openai-chat.ts';
import { openaiError } from '../wires/openai-error.ts';
import { openaiResponses } from '../wires/openai-responses.ts';
import type { Wire } from '../wires/wire.ts';
import { answerOnWire, askBehind } from './chat-server.ts';
import type { ChatServices } from './chat-services.ts';
import type { Guard } from './guard.ts';
import { OLLAMA_VERSION, ollamaShow, ollamaTags, openaiModel, openaiModels } from './listings.ts';
import type { Metrics } from './metrics.ts';
import { readJson } from './read-request.ts';
import type { RequestNotes } from './request-notes.ts';
import { solveRoute } from './solve-route.ts';

/** What is told of each request when it is over; no text of a prompt or an answer. */
export interface RequestLog {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** As it was sent, or of what broke the answer off after that. */
  readonly status: number;
  readonly seconds: number;
  readonly model: string | null;
  /** What was verified; `plain` of an answer of a pipeline's model itself, null where no pipeline was asked or nothing was answered. */
  readonly verdict: string | null;
  /** Why a request for a pipeline was no task. */
  readonly plainBecause: string | null;
  readonly error: string | null;
}

export interface AppServices extends ChatServices {
  readonly guard: Guard;
  readonly metrics: Metrics;
  readonly mcp: Pick<McpHandler, 'fetch'>;
  readonly onRequest: (log: RequestLog) => void;
}

const WIRES: readonly Wire[] = [openaiChat, ollamaChat, ollamaGenerate, openaiResponses, anthropic];
/** Paths that only servers behind answer, by the model in the body; for a pipeline its generator's. */
const PASSED_ON = ['/v1/completions', '/v1/embeddings', '/api/embed', '/api/embeddings'];

/** The server's routes, in the error format of whose wire they are. */
export function createApp(services: AppServices): Hono {
  const app = new Hono();
  for (const wire of WIRES) {
    app.post(wire.path, (c) => handle(c, services, wire, (notes) => answerOnWire(wire, c.req.raw, services, notes)));
  }
  for (const path of PASSED_ON) {
    app.post(path, (c) =>
      handle(c, services, errorsAt(path), async (notes) => {
        const body = await readJson(c.req.raw, services.mostBytes);
        return askBehind({ path, request: c.req.raw, body }, services, notes);
      }),
    );
  }
  const get = (path: string, answer: (c: Context) => Promise<object> | object) =>
    app.get(path, (c) => handle(c, services, errorsAt(path), async () => Response.json(await answer(c))));
  get('/v1/models', () => openaiModels(services));
  get('/v1/models/:id{.+}', (c) => openaiModel(services, c.req.param('id') ?? ''));
  get('/api/tags', () => ollamaTags(services));
  get('/api/version', () => ({ version: OLLAMA_VERSION }));
  get('/api/ps', () => ({ models: [] }));
  get('/health', () => ({ status: 'ok', pipelines: services.virtual.names }));
  app.post('/api/show', (c) => handle(c, services, ollamaChat, (notes) => show(c.req.raw, services, notes)));
  app.post('/v1/messages/count_tokens', (c) =>
    handle(c, services, anthropic, async () =>
      Response.json(countTokens((await readJson(c.req.raw, services.mostBytes)).value)),
    ),
  );
  app.post('/v1/solve', (c) => handle(c, services, OWN, (notes) => solveRoute(c.req.raw, services, notes)));
  app.all('/mcp', (c) => handle(c, services, MCP, () => services.mcp.fetch(c.req.raw)));
  app.get('/metrics', (c) =>
    handle(c, services, OWN, async () => new Response(services.metrics.text(services.admission))),
  );
  app.get('/', (c) => handle(c, services, OWN, async () => new Response('greenloop is running')));
  app.options('*', (c) => preflight(c, services));
  app.all('*', (c) =>
    handle(c, services, errorsAt(c.req.path), async () => {
      throw new WireError('not-found', `there is nothing at ${c.req.method} ${c.req.path.slice(0, 200)}`);
    }),
  );
  return app;
}

async function show(request: Request, services: AppServices, notes: RequestNotes): Promise<Response> {
  const body = await readJson(request, services.mostBytes);
  const model = String(body.value.model ?? body.value.name ?? '');
  const own = await ollamaShow(services, model);
  return own === null
    ? askBehind({ path: '/api/show', request, body: { ...body, value: { ...body.value, model } } }, services, notes)
    : Response.json(own);
}

/** How errors are told, and under which name requests are counted. */
interface ErrorFormat extends Pick<Wire, 'error'> {
  readonly name: Wire['name'] | 'greenloop' | 'mcp';
}

const OWN: ErrorFormat = { name: 'greenloop', error: openaiError };
const MCP: ErrorFormat = { name: 'mcp', error: openaiError };

function errorsAt(path: string): ErrorFormat {
  if (path.startsWith('/api/')) return ollamaChat;
  return path.startsWith('/v1/') ? openaiChat : OWN;
}

/** Lets the request in, answers it, and says when it is over what it came to. */
async function handle(
  c: Context,
  services: AppServices,
  format: ErrorFormat,
  answer: (notes: RequestNotes) => Promise<Response>,
): Promise<Response> {
  const start = performance.now();
  const id = randomUUID();
  const notes: RequestNotes = hangUpOf(c);
  const { raw } = c.req;
  const finish = (status: number, error: WireError | null) => {
    const seconds = (performance.now() - start) / 1000;
    const log = logOf({ id, c, status, seconds, notes, error });
    services.metrics.add({ wire: format.name, status, seconds, verdict: log.verdict, usage: notes.end?.usage });
    services.onRequest(log);
  };
  let response: Response;
  try {
    services.guard.check(raw);
    response = await answer(notes);
    const { status } = response;
    if (notes.sent === undefined) finish(status, null);
    else void notes.sent.then((error) => finish(error?.status ?? status, error));
  } catch (error) {
    const told = asWireErrorTo(raw, error);
    response = errorResponse(format, told);
    finish(told.status, told);
  }
  response.headers.set('x-request-id', id);
  for (const [name, value] of Object.entries(services.guard.corsHeaders(raw))) {
    response.headers.set(name, value);
  }
  return response;
}

/** Where the server is one of Node's, it can end a connection. */
function hangUpOf({ env }: Context): Pick<RequestNotes, 'hangUp'> {
  const { outgoing } = (env ?? {}) as Partial<HttpBindings>;
  return outgoing === undefined ? {} : { hangUp: () => void outgoing.destroy() };
}

function errorResponse(format: ErrorFormat, error: WireError): Response {
  const headers = error.retryAfterSeconds === null ? {} : { 'retry-after': `${error.retryAfterSeconds}` };
  return Response.json(format.error(error), { status: error.status, headers });
}

interface LogParts {
  readonly id: string;
  readonly c: Context;
  readonly status: number;
  readonly seconds: number;
  readonly notes: RequestNotes;
  readonly error: WireError | null;
}

function logOf({ id, c, status, seconds, notes, error }: LogParts): RequestLog {
  const { end, model = null, plain = null } = notes;
  return {
    ...{ id, method: c.req.method, path: shown(c.req.path), status, seconds },
    model: model === null ? null : shown(model),
    verdict: end?.proof?.verdict ?? (end !== undefined || (plain !== null && status < 400) ? 'plain' : null),
    plainBecause: plain,
    error: error === null ? null : shown(loggedText(error)),
  };
}

/** What broke within greenloop is told to nobody but its owner. */
function loggedText({ kind, message, cause }: WireError): string {
  return kind === 'internal' && cause instanceof Error ? `${message} (${cause.name}: ${cause.message})` : message;
}

/** In characters, of what a client says in a log. */
const LONGEST_SHOWN = 500;

/** What a client said, without signs that a terminal or a reader of logs obeys. */
function shown(text: string): string {
  return printable(text.slice(0, LONGEST_SHOWN));
}

function preflight(c: Context, { guard }: AppServices): Response {
  const headers = guard.corsHeaders(c.req.raw);
  return new Response(null, { status: Object.keys(headers).length === 0 ? 403 : 204, headers });
}
