import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** The revisions of the protocol: sessions, or each request for itself. */
export const ERAS = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof ERAS)[number];

function newClient(era: Era): Client {
  const mode = era === '2025-11-25' ? 'legacy' : { pin: era };
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
}

/** A client of the real command line, which ends with it. */
export async function connectStdio(
  era: Era,
  words: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<Client> {
  const client = newClient(era);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'mcp', ...words],
    env,
    cwd,
    stderr: 'ignore',
  });
  await client.connect(transport);
  return client;
}

/** A real HTTP server around a handler of requests. */
export async function listen(
  handler: (request: Request) => Promise<Response>,
): Promise<{ url: URL; close: () => void }> {
  const server = createServer(getRequestListener(handler));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  return {
    url,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function connectHttp(era: Era, url: URL): Promise<Client> {
  const client = newClient(era);
  await client.connect(new StreamableHTTPClientTransport(url));
  return client;
}
