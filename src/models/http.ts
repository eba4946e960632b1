import { ModelFault } from '../base/errors.ts';
import { quote } from '../base/printable.ts';

export interface JsonRequest {
  readonly url: string;
  /** Posted as JSON; without it the request is a GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole answer; fetch itself gives up after 300 s without a byte. */
  readonly timeoutSeconds: number;
  /** A larger answer is a bad one; 64 MiB without it. */
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

  constructor(response: Response, body: string) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.body = body;
    this.retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  }
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

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Sends a request and parses the answer as JSON; throws ModelFault, or the signal's reason when aborted. */
export async function requestJson(request: JsonRequest, signal?: AbortSignal): Promise<unknown> {
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), request.timeoutSeconds * 1000);
  try {
    const signals = signal === undefined ? [timeout.signal] : [timeout.signal, signal];
    return await exchange(request, AbortSignal.any(signals));
  } catch (error) {
    signal?.throwIfAborted();
    throw timeout.signal.aborted ? timedOut(request, error) : translate(request, error);
  } finally {
    clearTimeout(timer);
  }
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
  const value = parseOrNull(body);
  if (typeof value !== 'object' || value === null) return body;
  const { error, message, detail } = value as Record<string, unknown>;
  if (typeof error === 'string') return messageIn(error);
  if (typeof error === 'object' && error !== null) return messageIn(JSON.stringify(error));
  return [message, detail].find((text) => typeof text === 'string') ?? body;
}

async function exchange(request: JsonRequest, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(request.url, { ...toInit(request), redirect: 'manual', signal });
  const text = await readBody(response, request);
  if (!response.ok) throw toFault(request, new HttpFailure(response, text));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelFault('bad-answer', `expected JSON from ${request.url}, got ${quote(text)}`, { cause });
  }
}

function toInit({ body, headers }: JsonRequest): RequestInit {
  if (body === undefined) return { headers: { accept: 'application/json', ...headers } };
  return {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

async function readBody(response: Response, { url, mostBytes = 64 * 1024 * 1024 }: JsonRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new ModelFault(
        'bad-answer',
        `the answer of ${url} is larger than ${mostBytes} bytes; is it a model server?`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toFault({ url }: JsonRequest, failure: HttpFailure): ModelFault {
  const { status, body } = failure;
  const said = body.trim() === '' ? 'nothing more' : quote(messageIn(body));
  const isTransient = status === 408 || status === 429 || (status >= 500 && status !== 501);
  return new ModelFault('refused', `${url} answered with status ${status} and said ${said}`, {
    cause: failure,
    isTransient,
  });
}

function timedOut({ url, timeoutSeconds }: JsonRequest, cause: unknown): ModelFault {
  const message = `${url} gave no whole answer within ${timeoutSeconds} s; allow more time, or ask for fewer tokens`;
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

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
