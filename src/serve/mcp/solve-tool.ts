import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { readFreeTask } from '../../tasks/markdown-task.ts';
import { progressWatch } from './progress.ts';
import { solveOutput, solveResult } from './solve-result.ts';
import { Solving } from './solving.ts';
import { answerCall } from './tool-call.ts';
import type { ToolContext } from './tool-context.ts';
import { ANNOTATIONS, budgetSeconds, functionName, program, taskText } from './tool-inputs.ts';

const DESCRIPTION = `Has small local models write one Python function: they draft it, it runs in a sandbox, and what fails is repaired, until it passes.

Delegate a small pure function that a few sentences and a few checks describe (parsing, formatting, text and list handling, dates, arithmetic, a known algorithm): you write the description and the tests, and the code and its debugging cost you no tokens. Write yourself what needs other files, the network, a framework or a design decision.

Give a description with the signature and the edge cases, and tests (asserts that call the function, or a pytest file), or at least examples in the description (>>> f(2) on one line, 4 on the next).

verdict "passed" means that this very code ran and passed every check given, so weak tests prove little. Anything else is not verified: review or test the code before you use it. If state is "working", call continue_solving with the handle.`;

const input = z.object({
  task: taskText.describe('what the function does: signature, edge cases, examples; or a Python stub'),
  tests: program
    .optional()
    .describe('asserts that call the function, check(candidate), or a pytest file that imports it from solution'),
  entry_point: functionName.optional().describe('name of the function; found in task and tests if left out'),
  budget_seconds: budgetSeconds,
});
type SolveInput = z.infer<typeof input> & { readonly pipeline?: string | undefined };

/** Adds `solve_python_task`. */
export function registerSolve(server: McpServer, { services, solvings }: ToolContext): void {
  const inputSchema = inputFor(services.pipelineNames);
  const title = 'Solve a Python task with local models';
  server.registerTool(
    'solve_python_task',
    { title, description: DESCRIPTION, inputSchema, outputSchema: solveOutput, annotations: ANNOTATIONS },
    ({ task: text, tests, entry_point: entryPoint, pipeline, budget_seconds: seconds }, context) =>
      answerCall(context, async (signal) => {
        const task = readFreeTask(text, { tests, entryPoint });
        const work = (stopping: AbortSignal) => services.solve({ task, pipeline }, stopping);
        const solving = solvings.begin(() => new Solving(task, work));
        const watch = progressWatch(context, task.prompt.entryPoint);
        const end = await solvings.wait(solving, { seconds, signal, watch });
        if (end !== null) solvings.forget(solving);
        return solveResult(solving, end);
      }),
  );
}

/** With a choice of pipelines where there is one. */
function inputFor(names: readonly string[]): z.ZodType<SolveInput> {
  if (names.length < 2) return input;
  const choice = z.enum(names).optional();
  return input.extend({ pipeline: choice.describe(`which models work, and how; ${names[0]} if left out`) });
}
