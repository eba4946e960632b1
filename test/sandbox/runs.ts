import assert from 'node:assert/strict';
import type { RunRequest, Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Check, RaisedException, Verdict } from '../../src/sandbox/verdict.ts';

/** What a test says of a run; the rest is `f`, a minute, so that no slow machine decides, and every check reported. */
export interface Program {
  readonly code: string;
  /** Null only loads the candidate. */
  readonly checks: string | null;
  readonly setup?: string;
  readonly context?: string;
  readonly entryPoint?: string;
  readonly timeoutSeconds?: number;
  readonly report?: RunRequest['report'];
}

export function requestFor(program: Program): RunRequest {
  const { code, checks, setup = '', context = '', entryPoint = 'f', timeoutSeconds = 60, report = 'all' } = program;
  return { code, context, entryPoint, tests: checks === null ? null : { setup, checks }, timeoutSeconds, report };
}

export function run(sandbox: Sandbox, program: Program): Promise<Verdict> {
  return sandbox.run(requestFor(program));
}

/** Runs a program that has to pass; the failed checks are the message where it does not. */
export async function assertPasses(sandbox: Sandbox, program: Program): Promise<Verdict> {
  const verdict = await run(sandbox, program);
  assert.equal(verdict.kind, 'passed', JSON.stringify(verdict, null, 1).slice(0, 3000));
  assert.equal(verdict.checksFailed, 0);
  return verdict;
}

export async function assertKind<Kind extends Verdict['kind']>(
  sandbox: Sandbox,
  program: Program,
  kind: Kind,
): Promise<Extract<Verdict, { kind: Kind }>> {
  const verdict = await run(sandbox, program);
  assert.equal(verdict.kind, kind, JSON.stringify(verdict, null, 1).slice(0, 3000));
  return verdict as Extract<Verdict, { kind: Kind }>;
}

/** The one failed check of a verdict. */
export function onlyFailure(verdict: Verdict): Check {
  const failures = verdict.checks.filter(({ passed }) => !passed);
  assert.equal(failures.length, 1, JSON.stringify(verdict.checks));
  return failures[0]!;
}

/** The exception of the first failed check, or of the load. */
export function exceptionOf(verdict: Verdict): RaisedException {
  const exception = 'exception' in verdict ? verdict.exception : verdict.checks[0]?.exception;
  assert.ok(exception, JSON.stringify(verdict));
  return exception;
}

/** That a sandbox still judges right, whatever ran on it before: what holds passes, what does not fails. */
export async function assertStillJudges(sandbox: Sandbox): Promise<void> {
  const checks = 'assert f([3, 1, 2]) == [1, 2, 3]\nassert f([]) == []\nassert f([2, 1]) == [2, 1]';
  const verdict = await assertKind(sandbox, { code: 'def f(x):\n    return sorted(x)', checks }, 'failed');
  assert.deepEqual([verdict.checksPassed, verdict.checksFailed], [2, 1]);
}
