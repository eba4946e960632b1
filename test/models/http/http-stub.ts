import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a stub does instead of answering a completion request. */
export type StubFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  /** Status 200 with this body. */
  | { readonly kind: 'body'; readonly body: string }
  /** The connection breaks when half of the answer is out. */
  | { readonly kind: 'reset' }
  /** Nothing is answered until the client gives up. */
  | { readonly kind: 'hang' };

export interface StubReply {
  readonly status: number;
  readonly body: unknown;
  /** The parts of a streamed answer, instead of the body. */
  readonly stream?: { readonly type: string; readonly parts: readonly string[] };
}

export const htmlPage = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1>\u001b[2Jnginx</body></html>';

/** A real HTTP server of the tests' own; what a client does wrong is noted and fails the test when the server is stopped. */
export abstract class HttpStub {
  /** Taken in order, one by each completion request. */
  readonly faults: StubFault[] = [];
  /** What is done instead of answering a request with this body, where none of `faults` is left; undefined answers it. */
  faultFor: (body: unknown) => StubFault | undefined = () => undefined;
  readonly problems: string[] = [];
  /** Completion requests now open, and the most there ever were. */
  inFlight = 0;
  mostInFlight = 0;
  url = '';
  lastAuthorization: string | undefined;
  /** Awaited before each completion is answered. */
  beforeAnswer: () => unknown = () => undefined;
  /** Awaited before each part of a streamed answer. */
  beforePart: (index: number) => unknown = () => undefined;
  /** Streamed answers that the client closed before their end. */
  closedEarly = 0;
  readonly #server: Server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      this.problems.push(String(error));
      response.destroy();
    });
  });

  /** Listens on the port, such as that of a server that was stopped, or on a free one. */
  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Closes the server and asserts that no request broke the wire format. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    assert.deepEqual(this.problems, []);
  }

  /** Resolves once no completion request is open. */
  async idle(): Promise<void> {
    while (this.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** True for the path that completions are asked at. */
  protected abstract isCompletion(path: string): boolean;
  protected abstract reply(method: string, path: string, body: unknown): StubReply | Promise<StubReply>;

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.lastAuthorization = request.headers.authorization;
    const body = await readJson(request);
    if (!this.isCompletion(path)) return send(response, await this.reply(request.method ?? '', path, body));
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    response.on('close', () => {
      this.inFlight -= 1;
    });
    const fault = this.faults.shift() ?? this.faultFor(body);
    if (fault?.kind === 'hang') return;
    await this.beforeAnswer();
    const reply = await this.reply(request.method ?? '', path, body);
    if (fault === undefined && reply.stream !== undefined) await this.#sendParts(response, reply.stream);
    else if (fault === undefined) send(response, reply);
    else misbehave(response, fault, JSON.stringify(reply.body));
  }

  async #sendParts(response: ServerResponse, { type, parts }: NonNullable<StubReply['stream']>): Promise<void> {
    response.writeHead(200, { 'content-type': type });
    for (const [index, part] of parts.entries()) {
      await this.beforePart(index);
      if (response.destroyed) {
        this.closedEarly += 1;
        return;
      }
      response.write(part);
    }
    response.end();
  }
}

function send(response: ServerResponse, { status, body }: StubReply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function misbehave(response: ServerResponse, fault: StubFault, answer: string): void {
  if (fault.kind === 'status') response.writeHead(fault.status, fault.headers).end(fault.body);
  else if (fault.kind === 'body') response.writeHead(200).end(fault.body);
  else {
    response.writeHead(200, { 'content-length': answer.length }).write(answer.slice(0, answer.length / 2));
    setTimeout(() => response.destroy(), 5);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? null : JSON.parse(text);
}

/** A text in pieces of four characters, as tokens are. */
export function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,4}/gu) ?? [];
}
