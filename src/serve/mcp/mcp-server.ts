import { McpServer } from '@modelcontextprotocol/server';
import { packageVersion } from '../../base/package-root.ts';
import { registerTools } from './mcp-tools.ts';
import type { ToolContext } from './tool-context.ts';

const INSTRUCTIONS =
  'greenloop makes small local language models write Python that has been run. Delegate small pure functions to solve_python_task, with tests; check_python runs code of your own against tests.';

/** A server for one connection or one request; all of them share the context. */
export function mcpServer(context: ToolContext): McpServer {
  const server = new McpServer(
    { name: 'greenloop', title: 'greenloop', version: packageVersion() },
    { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS },
  );
  registerTools(server, context);
  return server;
}
