import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { feedbackOf } from '../../pipeline/feedback.ts';
import { testedByText } from '../../pipeline/tested-by.ts';
import { testedBySchema, type Verdict } from '../../sandbox/verdict.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import { readTestsOfCode } from '../../tasks/tests-of-code.ts';
import { answerCall } from './tool-call.ts';
import type { ToolContext } from './tool-context.ts';
import { ANNOTATIONS, functionName, program } from './tool-inputs.ts';
import { toolResult } from './tool-result.ts';

const DESCRIPTION =
  'Runs Python code against tests in a sandbox (no network, no files, limited time and memory) and answers with every check: what was called, what came and what was expected. No model is asked. Use it to verify code of your own, or code that solve_python_task could not verify, without touching the project.';

/** What is most asked for of a Verdict; all other fields of it are there too. */
const checkOutput = z.object({
  passed: z.boolean().describe('true only if at least one check ran and all passed'),
  summary: z.string(),
  verdict: z.looseObject({
    kind: z.enum(['passed', 'failed', 'raised', 'syntax-error', 'no-code', 'timed-out', 'out-of-memory', 'crashed']),
    testedBy: testedBySchema,
    checksPassed: z.number(),
    checksFailed: z.number(),
    checks: z.array(
      z.looseObject({
        source: z.string(),
        passed: z.boolean(),
        call: z.string().nullable(),
        actual: z.string().nullable(),
        expected: z.string().nullable(),
      }),
    ),
    output: z.string().describe('what the code printed'),
    seconds: z.number(),
  }),
});

/** Adds `check_python`. */
export function registerCheck(server: McpServer, { services }: ToolContext): void {
  const inputSchema = z.object({
    code: program.describe('a whole Python module'),
    tests: program.describe(
      'asserts that call its function, check(candidate), or a pytest file that imports it from solution',
    ),
    entry_point: functionName.optional().describe('name of the function; found in code and tests if left out'),
  });
  const title = 'Check Python code against tests';
  server.registerTool(
    'check_python',
    { title, description: DESCRIPTION, inputSchema, outputSchema: checkOutput, annotations: ANNOTATIONS },
    ({ code, tests, entry_point: entryPoint }, context) =>
      answerCall(context, async (signal) => {
        if (code.trim() === '') throw new Refusal('the code is empty; expected Python');
        const task = taskOfCode(code, tests, entryPoint);
        return checkResult(await services.check(task, code, signal), task.prompt.entryPoint);
      }),
  );
}

/** A task that is nothing but its tests. */
function taskOfCode(code: string, text: string, given: string | undefined): FreeTask {
  const { tests, entryPoint } = readTestsOfCode(code, text, { entryPoint: given });
  const prompt = { id: 'check', text: '', form: 'description', entryPoint, context: '', examples: [] } as const;
  return { prompt, tests };
}

function checkResult(verdict: Verdict, entryPoint: string): CallToolResult {
  const passed = verdict.kind === 'passed' && verdict.checksPassed > 0;
  const { checksPassed, checksFailed, testedBy } = verdict;
  const summary = `${verdict.kind}: ${checksPassed} of ${checksPassed + checksFailed} checks passed, ${testedByText(testedBy)}`;
  const feedback = feedbackOf(verdict, 'values', entryPoint === '' ? {} : { entryPoint });
  return toolResult([summary, passed ? '' : feedback], { passed, summary, verdict });
}
