import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../../src/base/hash.ts';

/** A hub that keeps one file, under any name: it states the digest, and sends to where the file is stored, as Hugging Face does. */
export class HubStub {
  readonly file: Buffer;
  /** Null states none. */
  digest: string | null;
  /** Breaks the connection after so many bytes of an answer. */
  breakAfter: number | null = null;
  /** What was asked for: `GET /stored bytes=10-`. */
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  constructor(file: Buffer) {
    this.file = file;
    this.digest = sha256(file);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.asked.push([method, url, ...(headers.range === undefined ? [] : [headers.range])].join(' '));
    if (url.includes('nothing')) response.writeHead(404).end('Entry not found');
    else if (url !== '/stored') this.#sendOn(response);
    else this.#sendFile(method, headers.range, response);
  }

  #sendOn(response: ServerResponse): void {
    const stated = { 'x-linked-etag': `"${this.digest}"`, 'x-linked-size': String(this.file.length) };
    response.writeHead(302, { location: '/stored', ...(this.digest !== null && stated) }).end();
  }

  #sendFile(method: string, range: string | undefined, response: ServerResponse): void {
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start > 0 && start >= this.file.length) return void response.writeHead(416).end();
    const rest = this.file.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
    if (method === 'HEAD') return void response.end();
    if (this.breakAfter === null) return void response.end(rest);
    response.write(rest.subarray(0, this.breakAfter), () => setImmediate(() => response.destroy()));
  }
}
