import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { count } from '../../base/count.ts';
import { Fault } from '../../base/errors.ts';
import { feedbackOf } from '../../pipeline/feedback.ts';
import { type Attempt, chosenAttempt } from '../../pipeline/trace.ts';
import type { Trial } from '../../runs/trial.ts';
import type { FreeTask } from '../../tasks/markdown-task.ts';
import { fenced } from '../fenced.ts';
import { answerVerdict, proofLine, proofOf } from '../proof.ts';
import type { Solving, SolvingEnd } from './solving.ts';
import { faultResult, toolResult } from './tool-result.ts';

const amount = z.number().nonnegative();

/** What solve_python_task and continue_solving answer. */
export const solveOutput = z.object({
  state: z.enum(['done', 'working']).describe('working: not done within the budget, call continue_solving'),
  handle: z.string().nullable().describe('for continue_solving; null when done'),
  passed: z.boolean().describe('true only if this very code ran and every check passed'),
  verdict: z
    .enum(['passed', 'failed', 'agreed', 'loads', 'unchecked'])
    .nullable()
    .describe('agreed, loads and unchecked are not verified'),
  summary: z.string().describe('what was and what was not checked'),
  code: z.string().nullable().describe('the best code, a whole Python module'),
  feedback: z.string().nullable().describe('what failed'),
  entryPoint: z.string(),
  pipeline: z.string().nullable(),
  attempts: amount,
  checks: z.object({ passed: amount, of: amount, by: z.enum(['tests', 'examples']), testedBy: z.string() }).nullable(),
  agreement: z.object({ alike: amount, of: amount, inputs: amount }).nullable(),
  cost: z.object({ calls: amount, promptTokens: amount, completionTokens: amount, seconds: amount }).nullable(),
});
type SolveOutput = z.infer<typeof solveOutput>;

/** The result of a solving: its end, or null where it is still under way. */
export function solveResult(solving: Solving, end: SolvingEnd | null): CallToolResult {
  if (end === null) return workingResult(solving);
  if ('error' in end) return faultResult(end.error, soFar(solving));
  const { fault, attempts } = end.trial.trace;
  if (fault !== null) return faultResult(new Fault(fault.message), soFar(solving));
  if (attempts.length === 0) return faultResult(new Fault('the time limit was reached before there was any code'));
  return doneResult(end.trial, solving.task);
}

function doneResult(trial: Trial, task: FreeTask): CallToolResult {
  const proof = proofOf(trial, task);
  const { verdict, pipeline, attempts, checks, agreement, cost } = proof;
  const code = chosenAttempt(trial.trace.attempts)?.code ?? null;
  const feedback = verdict === 'failed' ? failureText(trial, task) : null;
  const summary = proofLine(proof);
  const output: SolveOutput = {
    state: 'done',
    handle: null,
    passed: verdict === 'passed',
    ...{ verdict, summary, code, feedback },
    entryPoint: task.prompt.entryPoint,
    ...{ pipeline, attempts, checks, agreement, cost },
  };
  return toolResult([summary, code === null ? '' : fenced(code), feedback ?? ''], output);
}

/** What a repair would be told. */
function failureText(trial: Trial, task: FreeTask): string | null {
  const verdict = answerVerdict(trial, task);
  return verdict === null ? null : feedbackOf(verdict, 'values', task.prompt);
}

function workingResult({ handle, task, attempts, seconds }: Solving): CallToolResult {
  const summary = `still working after ${Math.round(seconds)} s, ${count(attempts.length, 'attempt')} so far`;
  const output: SolveOutput = {
    state: 'working',
    handle,
    passed: false,
    ...{ verdict: null, summary, code: null, feedback: null },
    entryPoint: task.prompt.entryPoint,
    pipeline: null,
    attempts: attempts.length,
    ...{ checks: null, agreement: null, cost: null },
  };
  return toolResult([`${summary}; call continue_solving with handle ${handle}`], output);
}

/** The best code that there was when something broke. */
function soFar({ attempts, task }: Solving): string[] {
  const best = chosenAttempt(attempts);
  return best === null ? [] : [`The best code so far, ${stateOf(best, task)}:`, fenced(best.code)];
}

function stateOf({ verdict }: Attempt, { prompt }: FreeTask): string {
  if (verdict === null || verdict.kind === 'passed') return 'which is not verified';
  return `which fails: ${feedbackOf(verdict, 'values', prompt).split('\n')[0]}`;
}
