import { z } from 'zod';
import { isFunctionName } from '../../tasks/entry-point.ts';

/** In characters, as a task of the command line. */
const LONGEST_TASK = 50_000;
const LONGEST_PROGRAM = 200_000;
const LONGEST_NAME = 200;
/** Clients give up after 60 s, the first of them. */
const USUAL_BUDGET = 45;
const LEAST_BUDGET = 0.1;
const LONGEST_BUDGET = 600;

/** A description of one function. */
export const taskText = z.string().min(1).max(LONGEST_TASK);

/** Python: code, or tests. */
export const program = z.string().min(1).max(LONGEST_PROGRAM);

/** Name of a Python function. */
export const functionName = z
  .string()
  .max(LONGEST_NAME)
  .refine(isFunctionName, 'expected the name of a Python function');

/** Seconds within which a call is answered. */
export const budgetSeconds = z
  .number()
  .min(LEAST_BUDGET)
  .max(LONGEST_BUDGET)
  .default(USUAL_BUDGET)
  .describe('answer within this many seconds; less than your client waits for a tool');

/** None of the tools changes anything, and none reaches beyond this machine's model servers. */
export const ANNOTATIONS = { readOnlyHint: true, destructiveHint: false, openWorldHint: false } as const;
