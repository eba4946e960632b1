import type { McpServer } from '@modelcontextprotocol/server';
import { registerCheck } from './check-tool.ts';
import { registerContinue } from './continue-tool.ts';
import { registerSolve } from './solve-tool.ts';
import type { ToolContext } from './tool-context.ts';

/** Adds the tools to a server, always in the same order. */
export function registerTools(server: McpServer, context: ToolContext): void {
  registerSolve(server, context);
  registerContinue(server, context);
  registerCheck(server, context);
}
