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
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Refuses to listen where others could call it without a key. */
export function refuseOpenHost({ host, apiKey }: Pick<GuardOptions, 'host' | 'apiKey'>): void {
  if (apiKey !== null || isLoopback(host)) return;
  throw new Refusal(`${host} can be reached from other machines: give it a key`, { choice: 'api-key' });
}

/** True of an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** Lets a request in, or throws WireError: a web page that found the server (DNS rebinding), or a caller without the key. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #key: Buffer | null;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#key = options.apiKey === null ? null : digestOf(options.apiKey);
  }

  check(request: Request): void {
    const { headers, url } = request;
    this.#checkHost(headers.get('host') ?? '');
    // A request may name a host in its first line, too.
    this.#checkHost(new URL(url).host);
    this.#checkOrigin(headers.get('origin'));
    this.#checkKey(keyOf(headers));
  }

  /** Headers that let a page of an allowed origin read the answer; none for others. */
  corsHeaders(origin: string | null): Record<string, string> {
    if (origin === null || !this.#isNamed(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization, content-type, x-api-key, anthropic-version, x-greenloop-proof',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      vary: 'Origin',
    };
  }

  /** A page can send requests to a name that it has pointed at this machine: the name it used is in the header. */
  #checkHost(header: string): void {
    const name = header.replace(/:\d+$/, '').toLowerCase();
    const { host, allowedHosts } = this.#options;
    if ([...LOOPBACK_NAMES, host.toLowerCase(), ...allowedHosts].includes(name)) return;
    // Whoever has the key may call it by any name.
    if (this.#key !== null) return;
    throw new WireError(
      'forbidden',
      `the host ${JSON.stringify(name)} is not one that this server is called by; its owner may allow it`,
    );
  }

  #checkOrigin(origin: string | null): void {
    if (origin === null || this.#isNamed(origin)) return;
    // Editors are no web pages: their windows have schemes of their own, which no page can have.
    if (/^(?!https?:|null$)[a-z][a-z0-9+.-]*:\/\//.test(origin)) return;
    throw new WireError(
      'forbidden',
      `web pages of ${JSON.stringify(origin)} may not call this server; its owner may allow them`,
    );
  }

  #checkKey(given: string | null): void {
    if (this.#key === null) return;
    if (given !== null && timingSafeEqual(digestOf(given), this.#key)) return;
    throw new WireError('no-key', 'the API key is missing or wrong');
  }

  #isNamed(origin: string): boolean {
    return this.#options.allowedOrigins.includes(origin);
  }
}

function keyOf(headers: Headers): string | null {
  const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? headers.get('x-api-key');
}

/** Of one length, whatever the key's is. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
