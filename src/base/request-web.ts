import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** `manual` gives a redirect as it is; `follow` is the default. */
  readonly redirect?: 'follow' | 'manual';
}

const MOST_REDIRECTS = 10;

/**
 * What a web server answers; rejects where there is no answer, and the body does where it breaks off. Node's own `fetch` ends the process
 * where a body is read slowly and the server closes the connection behind it (an assertion of undici 7 in `Parser.finish`).
 */
export async function requestWeb(url: string, options: WebRequest = {}): Promise<Response> {
  let address = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const message = await answerOf(address, options);
    const next = options.redirect === 'manual' ? null : redirectOf(message, address);
    if (next === null) return toResponse(message, options);
    message.resume();
    address = next;
  }
  throw new Error(`more than ${MOST_REDIRECTS} redirects`);
}

/** Where a redirect leads: another web address, and never from an encrypted one to a plain one; null where nothing is told. */
export function redirectTarget(location: string, from: string): string | null {
  const next = URL.parse(location, from);
  const isSafe = next?.protocol === 'https:' || (next?.protocol === 'http:' && from.startsWith('http:'));
  return next !== null && isSafe ? next.href : null;
}

function answerOf(url: string, { method = 'GET', headers = {}, signal }: WebRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  request(url, { method, headers: { ...headers }, ...(signal && { signal }) }, resolve)
    .on('error', reject)
    .end();
  return promise;
}

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, from: string): string | null {
  if (statusCode < 300 || statusCode > 399 || location === undefined) return null;
  const target = redirectTarget(location, from);
  if (target !== null) return target;
  throw new Error('it leads to an address that is not allowed');
}

/** Statuses of which a Response may have no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

function toResponse(message: IncomingMessage, { method }: WebRequest): Response {
  const { statusCode: status = 0, headers } = message;
  const init = { status, headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])) };
  if (method !== 'HEAD' && !WITHOUT_BODY.includes(status)) return new Response(toWeb(message), init);
  message.resume();
  return new Response(null, init);
}

function toWeb(message: IncomingMessage): ReadableStream<Uint8Array> {
  return Readable.toWeb(message) as ReadableStream<Uint8Array>;
}
