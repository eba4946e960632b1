import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { mcpServer } from './mcp-server.ts';
import type { McpServices } from './mcp-services.ts';
import { Solvings } from './solvings.ts';

export interface StdioOptions {
  /** Aborted, it ends the connection and the work. */
  readonly signal: AbortSignal;
  /** Told of what a client does wrong. */
  readonly onError: (error: Error) => void;
}

/** Serves one client over standard input and output until either ends or the signal is aborted; then no work is under way any more. */
export async function serveMcpOverStdio(services: McpServices, { signal, onError }: StdioOptions): Promise<void> {
  const solvings = new Solvings();
  const transport = new WatchedTransport();
  const served = serveStdio(() => mcpServer({ services, solvings }), { transport, onerror: onError });
  const close = () => void served.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  await transport.closed;
  signal.removeEventListener('abort', close);
  await solvings.close();
}

/** Says when it has been closed, by whichever side. */
class WatchedTransport extends StdioServerTransport {
  readonly closed: Promise<void>;
  readonly #onClosed: () => void;

  constructor() {
    super();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#onClosed = resolve;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#onClosed();
  }
}
