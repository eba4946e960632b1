import { randomUUID } from 'node:crypto';
import { type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';

/** A session costs some 100 kB; the one that was silent for longest goes first, and its client begins another. */
const MOST_SESSIONS = 64;

const NOT_FOUND = { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null };

type Transport = WebStandardStreamableHTTPServerTransport;

/** The sessions of clients that speak the protocol of 2025, by the id that each was given. */
export class McpSessions {
  readonly #server: () => McpServer;
  readonly #onError: (error: Error) => void;
  /** Who was heard of last stands last. */
  readonly #sessions = new Map<string, Transport>();

  constructor(server: () => McpServer, onError: (error: Error) => void) {
    this.#server = server;
    this.#onError = onError;
  }

  /** Answers a request in its session; the one that begins a session has none yet. */
  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.#begin(request);
    const session = this.#sessions.get(id);
    if (session === undefined) return Response.json(NOT_FOUND, { status: 404 });
    this.#keep(id, session);
    return session.handleRequest(request);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  async #begin(request: Request): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => this.#keep(id, transport),
    });
    transport.onclose = () => this.#sessions.delete(transport.sessionId ?? '');
    transport.onerror = this.#onError;
    await this.#server().connect(transport);
    const response = await transport.handleRequest(request);
    // It has been refused.
    if (transport.sessionId === undefined) await transport.close();
    return response;
  }

  #keep(id: string, session: Transport): void {
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    const [oldest] = this.#sessions.values();
    if (this.#sessions.size > MOST_SESSIONS) void oldest?.close();
  }
}
