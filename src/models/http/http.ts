import { ModelFault } from '../../base/errors.ts';
import { GrowingBytes } from '../../base/growing-bytes.ts';
import { refuseHugeJson } from '../../base/json-text.ts';
import { quote } from '../../base/printable.ts';

/** A request whose answer is JSON. */
export interface JsonRequest {
  readonly url: string;
  /** Posted as JSON; without it the request is a GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole answer; fetch itself gives up after 300 s without a byte. */
  readonly timeoutSeconds: number;
  /** A larger answer, unpacked, is a bad one; 16 MiB without it. */
  readonly mostBytes?: number;
  /** What the user can do where nothing answers, to follow a semicolon. */
  readonly advice: string;
}

/** An answer with an error status, kept as the cause of a ModelFault. */
export class HttpFailure extends Error {
  readonly status: number;
  /** The whole body; not fit to be shown. */
  readonly body: string;
  /** What Retry-After asks for; null where it is absent or not understood. */
  readonly retryAfterSeconds: number | null;

  constructor(response: Pick<Response, 'status' | 'headers'>, body: string) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.body = body;
    this.retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  }
}

/** A JSON answer with a status of success. */
export interface JsonAnswer {
  readonly value: unknown;
  readonly text: string;
  /** The answer as a failure: some servers put an error into an answer with status 200. */
  readonly asFailure: HttpFailure;
}

const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Of an answer in one piece: one of a model has some 200 KB, and a list of models 1 MB. */
export const USUAL_MOST_BYTES = 16 * 1024 * 1024;
/** Of JSON; answers of model servers have about ten. */
const DEEPEST_JSON = 100;
/** Of numbers, texts, lists and objects in JSON, each of which takes some 100 bytes of memory. */
const MOST_VALUES = 1_000_000;
/** Of errors within errors. */
const MOST_LEVELS = 8;

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The value of a JSON answer; see requestAnswer. */
export async function requestJson(request: JsonRequest, signal?: AbortSignal): Promise<unknown> {
  return (await requestAnswer(request, signal)).value;
}

/** Sends a request and parses the answer as JSON; throws ModelFault, or the signal's reason when aborted. */
export async function requestAnswer(request: JsonRequest, signal?: AbortSignal): Promise<JsonAnswer> {
  return withinTimeout(request, async (signal) => readAnswer(await send(request, signal), request), signal);
}

/** What the work on a request gives; throws ModelFault where it breaks or takes too long, or the signal's reason when aborted. */
export async function withinTimeout<T>(
  request: JsonRequest,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), request.timeoutSeconds * 1000);
  try {
    const signals = signal === undefined ? [timeout.signal] : [timeout.signal, signal];
    return await work(AbortSignal.any(signals));
  } catch (error) {
    signal?.throwIfAborted();
    throw timeout.signal.aborted ? timedOut(request, error) : translate(request, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a request; throws ModelFault where the answer has an error status. */
export async function send(request: JsonRequest, signal: AbortSignal): Promise<Response> {
  const response = await fetch(request.url, { ...toInit(request), redirect: 'manual', signal });
  if (!response.ok) throw toFault(request, new HttpFailure(response, await readBody(response, request)));
  return response;
}

/** Reads an answer in one piece. */
export async function readAnswer(response: Response, request: JsonRequest): Promise<JsonAnswer> {
  return toAnswer(await readBody(response, request), response, request);
}

/** The answer that a text is; throws ModelFault where it is no JSON. */
export function toAnswer(text: string, response: Response, { url }: JsonRequest): JsonAnswer {
  try {
    return { value: parseJson(text), text, asFailure: new HttpFailure(response, text) };
  } catch (cause) {
    throw new ModelFault('bad-answer', `expected JSON from ${url}, got ${quote(text)}`, { cause });
  }
}

/** The fault for an answer that is too large to be one. */
export function tooLarge({ url }: JsonRequest, mostBytes: number): ModelFault {
  return new ModelFault('bad-answer', `the answer of ${url} is larger than ${mostBytes} bytes; is it a model server?`);
}

/** The failed answer behind a fault, or null where the fault is of another kind. */
export function httpFailureOf(error: unknown): HttpFailure | null {
  return error instanceof ModelFault && error.cause instanceof HttpFailure ? error.cause : null;
}

/** Seconds from a Retry-After header, given as a number or as a date. */
export function parseRetryAfter(header: string | null, nowMilliseconds: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMilliseconds) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** The server's own message in an error body: a JSON body's message where there is one, else the body as it is. */
export function messageIn(body: string): string {
  return messageOf(parseJsonOrNull(body), MOST_LEVELS) ?? body;
}

function messageOf(value: unknown, levels: number): string | null {
  if (levels === 0) return null;
  // Gemini's are lists of one.
  if (Array.isArray(value)) return messageOf(value[0], levels - 1);
  if (!isRecord(value)) return null;
  const { error, message, detail, msg } = value;
  if (typeof error === 'string') return messageOf(parseJsonOrNull(error), levels - 1) ?? error;
  if (isRecord(error)) return messageOf(error, levels - 1);
  const texts = [message, detail, msg].filter((text) => typeof text === 'string');
  return texts[0] ?? (Array.isArray(detail) ? messageOf(detail, levels - 1) : null);
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; null where it is none, or nests deeper or holds more than any answer of a model server. */
export function parseJsonOrNull(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Throws a SyntaxError; nothing that walks through what it gives can run out of stack or memory. */
function parseJson(text: string): unknown {
  refuseHugeJson(text, { depth: DEEPEST_JSON, values: MOST_VALUES });
  return JSON.parse(text);
}

function toInit({ body, headers }: JsonRequest): RequestInit {
  if (body === undefined) return { headers: { accept: 'application/json', ...headers } };
  return {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

async function readBody(response: Response, request: JsonRequest): Promise<string> {
  const { mostBytes = USUAL_MOST_BYTES } = request;
  const bytes = new GrowingBytes();
  for await (const chunk of response.body ?? []) {
    if (bytes.length + chunk.length > mostBytes) throw tooLarge(request, mostBytes);
    bytes.add(chunk);
  }
  return new TextDecoder().decode(bytes.whole());
}

/** The fault for an answer with an error status. */
export function toFault({ url }: JsonRequest, failure: HttpFailure): ModelFault {
  const { status, body } = failure;
  const said = body.trim() === '' ? 'nothing more' : quote(messageIn(body));
  const isTransient = status === 408 || status === 429 || (status >= 500 && status !== 501);
  return new ModelFault('refused', `${url} answered with status ${status} and said ${said}`, {
    cause: failure,
    isTransient,
  });
}

function timedOut({ url, timeoutSeconds }: JsonRequest, cause: unknown): ModelFault {
  const message = `${url} gave no complete answer within ${timeoutSeconds} s; allow more time, or request fewer tokens`;
  return new ModelFault('timed-out', message, { cause, isTransient: true });
}

/** Names what broke a connection; an error that is none of that is a bug and passes unchanged. */
function translate(request: JsonRequest, error: unknown): unknown {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const code = String((error.cause as NodeJS.ErrnoException).code ?? error.cause.name);
  if (timeoutCodes.has(code)) return timedOut({ ...request, timeoutSeconds: 300 }, error);
  const happened =
    code === 'ECONNREFUSED' ? 'refused the connection' : `broke the connection or could not be reached (${code})`;
  return new ModelFault('unreachable', `${request.url} ${happened}; ${request.advice}`, {
    cause: error,
    isTransient: transientCodes.has(code),
  });
}
