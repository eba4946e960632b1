import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { mcpServer } from './mcp-server.ts';
import type { McpServices } from './mcp-services.ts';
import { McpSessions } from './mcp-sessions.ts';
import { Solvings } from './solvings.ts';

/** MCP over streamable HTTP, for a server that has looked at Host, Origin and keys already. */
export interface McpHandler {
  /** Answers one request; needs no receiver. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends all connections and the work under way. */
  readonly close: () => Promise<void>;
}

/** A handler for requests of both eras of the protocol: each for itself (2026-07-28), or in a session (2025). */
export function mcpHandler(services: McpServices, onError: (error: Error) => void = () => {}): McpHandler {
  const solvings = new Solvings();
  const server = () => mcpServer({ services, solvings });
  const modern = createMcpHandler(server, { legacy: 'reject', onerror: onError });
  const sessions = new McpSessions(server, onError);
  return {
    fetch: async (request) => ((await isLegacyRequest(request)) ? sessions.fetch(request) : modern.fetch(request)),
    close: async () => {
      await Promise.all([modern.close(), sessions.close(), solvings.close()]);
    },
  };
}
