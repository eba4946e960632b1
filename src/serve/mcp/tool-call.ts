import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { faultResult } from './tool-result.ts';

/** Answers one call of a tool: what breaks is a result that says so, unless the client has cancelled and hears nothing more. */
export async function answerCall(
  context: ServerContext,
  answer: (signal: AbortSignal) => Promise<CallToolResult>,
): Promise<CallToolResult> {
  const signal = callSignal(context);
  try {
    return await answer(signal);
  } catch (error) {
    signal.throwIfAborted();
    return faultResult(error);
  }
}

/** Aborted when the client cancels the call, or closes the connection that it waits on. */
function callSignal({ mcpReq, http }: ServerContext): AbortSignal {
  const connection = http?.req?.signal;
  return connection === undefined ? mcpReq.signal : AbortSignal.any([mcpReq.signal, connection]);
}
