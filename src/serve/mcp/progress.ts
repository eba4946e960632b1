import type { ServerContext } from '@modelcontextprotocol/server';
import { progressLine } from '../progress-line.ts';
import type { SolvingWatch } from './solving.ts';

/** Sends a progress notification for each call and each attempt, if the client asked for them. */
export function progressWatch({ mcpReq }: ServerContext, entryPoint: string): SolvingWatch {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let progress = 0;
  return (event, earlier) => {
    const message = progressLine(event, earlier, entryPoint);
    if (message === null) return;
    progress += 1;
    const params = { progressToken, progress, message };
    // A client that has gone needs no progress.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
