import type { McpServices } from './mcp-services.ts';
import type { Solvings } from './solvings.ts';

/** What all tools of one server share, whichever connection they are called on. */
export interface ToolContext {
  readonly services: McpServices;
  readonly solvings: Solvings;
}
