import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { progressWatch } from './progress.ts';
import { solveOutput, solveResult } from './solve-result.ts';
import { answerCall } from './tool-call.ts';
import type { ToolContext } from './tool-context.ts';
import { ANNOTATIONS, budgetSeconds } from './tool-inputs.ts';

const DESCRIPTION =
  'Waits for a task that solve_python_task could not finish within its budget, and answers as that tool does. Call it again while state is "working". The task is stopped if nobody asks for it for ten minutes, or if this call is cancelled.';

const LONGEST_HANDLE = 200;

/** Adds `continue_solving`. */
export function registerContinue(server: McpServer, { solvings }: ToolContext): void {
  const inputSchema = z.object({
    handle: z.string().max(LONGEST_HANDLE).describe('the handle that solve_python_task answered with'),
    budget_seconds: budgetSeconds,
  });
  const title = 'Wait for a task that is being solved';
  server.registerTool(
    'continue_solving',
    { title, description: DESCRIPTION, inputSchema, outputSchema: solveOutput, annotations: ANNOTATIONS },
    ({ handle, budget_seconds: seconds }, context) =>
      answerCall(context, async (signal) => {
        const solving = solvings.find(handle);
        const watch = progressWatch(context, solving.task.prompt.entryPoint);
        return solveResult(solving, await solvings.wait(solving, { seconds, signal, watch }));
      }),
  );
}
