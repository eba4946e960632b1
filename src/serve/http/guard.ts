import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { Refusal } from '../../base/errors.ts';
import { WireError } from '../wire-error.ts';

/** Who may call the server. */
export interface GuardOptions {
  /** Address that is listened on. */
  readonly host: string;
  /** Null where none is asked for. */
  readonly apiKey: string | null;
  /** Names by which the server may be called, beside those of this machine. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may call it. */
  readonly allowedOrigins: readonly string[];
  /** The server has pages of its own, which may call it. */
  readonly hasPages?: boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Refuses to listen where others could call it without a key; an empty one is none. */
export function refuseOpenHost({ host, apiKey }: Pick<GuardOptions, 'host' | 'apiKey'>): void {
  if (apiKey === '') throw new Refusal('the API key is empty: give a key, or leave it out', { choice: 'api-key' });
  if (apiKey !== null || isLoopback(host)) return;
  throw new Refusal(`${host} can be reached from other machines: set an API key`, { choice: 'api-key' });
}

/** True of an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** Lets a request in, or throws WireError: a web page that found the server (DNS rebinding), or a caller without the key. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #key: Buffer | null;
  readonly #hasPages: boolean;

  /** Throws a Refusal of an origin that no web page has. */
  constructor({ host, apiKey, allowedHosts, allowedOrigins, hasPages = false }: GuardOptions) {
    this.#hosts = new Set([...LOOPBACK_NAMES, ...[host, ...allowedHosts].map(nameOfHost)]);
    this.#origins = new Set(allowedOrigins.map(readOrigin));
    this.#key = apiKey === null ? null : digestOf(apiKey);
    this.#hasPages = hasPages;
  }

  check(request: Request): void {
    const { headers, url } = request;
    this.#checkHost(headers.get('host') ?? '');
    // A request may name a host in its first line, too.
    this.#checkHost(new URL(url).host);
    const origin = headers.get('origin');
    // The host is one of this server's, so the page is, too.
    const isOwnPage = this.#hasPages && origin === `http://${headers.get('host')}`;
    if (!isOwnPage) this.#checkOrigin(origin);
    this.#checkKey(keyOf(headers));
  }

  /** Headers that let a page of an allowed origin send what it asks for and read the answer; none for others. */
  corsHeaders({ headers }: Request): Record<string, string> {
    const origin = headers.get('origin');
    if (origin === null || !this.#origins.has(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-headers': headers.get('access-control-request-headers') ?? '',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-expose-headers': 'x-request-id, mcp-session-id, retry-after',
      vary: 'Origin',
    };
  }

  /** A page can send requests to a name that it has pointed at this machine: the name it used is in the header. */
  #checkHost(header: string): void {
    const name = nameOfHost(header);
    if (this.#hosts.has(name)) return;
    // Whoever has the key may call it by any name.
    if (this.#key !== null) return;
    throw new WireError(
      'forbidden',
      `the host ${JSON.stringify(name)} is not allowed by this server; its owner can allow it`,
    );
  }

  #checkOrigin(origin: string | null): void {
    if (origin === null || this.#origins.has(origin)) return;
    // Editors are no web pages: their windows have schemes of their own, which no page can have.
    if (/^(?!https?:|null$)[a-z][a-z0-9+.-]*:\/\//.test(origin)) return;
    throw new WireError(
      'forbidden',
      `web pages of ${JSON.stringify(origin)} are not allowed to call this server; its owner can allow them`,
    );
  }

  #checkKey(given: string | null): void {
    if (this.#key === null) return;
    if (given !== null && timingSafeEqual(digestOf(given), this.#key)) return;
    throw new WireError('no-key', 'the API key is missing or wrong');
  }
}

/** A host without its port, as it is compared. */
function nameOfHost(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/** An origin as browsers send it. */
function readOrigin(text: string): string {
  const { protocol, origin } = URL.parse(text) ?? { protocol: '', origin: '' };
  if (/^https?:$/.test(protocol)) return origin;
  throw new Refusal(`expected the origin of a web page (http://localhost:3000), got ${JSON.stringify(text)}`);
}

function keyOf(headers: Headers): string | null {
  const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? headers.get('x-api-key');
}

/** Of one length, whatever the key's is. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
