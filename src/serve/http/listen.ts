import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Refusal } from '../../base/errors.ts';

/** A server that listens. */
export interface Listening {
  /** Without a path, e.g. `http://127.0.0.1:11500`. */
  readonly url: string;
  /** Takes no more requests, waits so long for those under way, and then ends them. */
  close(graceMs: number): Promise<void>;
}

/** How long a client may take to send and to read; one that is slower is slow, or means harm. */
export interface ClientPatience {
  readonly headersMs: number;
  /** Headers and body together. */
  readonly requestMs: number;
  /** Without taking anything of an answer that waits for it. */
  readonly readMs: number;
}

export const USUAL_PATIENCE: ClientPatience = { headersMs: 10_000, requestMs: 60_000, readMs: 60_000 };
const MOST_HEADER_BYTES = 16 * 1024;
const MOST_CONNECTIONS = 1000;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly patience: ClientPatience;
  readonly closeNow: () => void;
}

/** What answers requests; the second argument holds those of Node. */
export type Answering = Parameters<typeof createAdaptorServer>[0]['fetch'];

/** Listens on a host and port (0: any free one); throws a Refusal where that is taken. */
export async function listen(fetch: Answering, { host, port, patience, closeNow }: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({
    fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      maxHeaderSize: MOST_HEADER_BYTES,
      connectionsCheckingInterval: patience.headersMs / 5,
      insecureHTTPParser: false,
    },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', refuseClient);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${cause.code})`;
    throw new Refusal(`port ${port} of ${host} ${why}; choose another`, { cause, choice: 'port' });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(closeNow, graceMs);
      const last = setTimeout(() => server.closeAllConnections(), graceMs + 500);
      await closed;
      clearTimeout(timer);
      clearTimeout(last);
    },
  };
}

/** What is no HTTP, or too large or slow, gets its status in one line of JSON. */
function refuseClient(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request took too long']
        : ['400 Bad Request', 'this is not an HTTP request'];
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}
