import { mapConcurrently } from '../base/concurrency.ts';
import { NoChecks, UnsupportedFault } from '../base/errors.ts';
import { errorType, failureLine } from '../pipeline/feedback.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Benchmark, type Example, isTestFile, type Task, type TestProgram } from '../tasks/task.ts';
import { gradeCode } from './grade.ts';

export interface PreflightFailure {
  readonly taskId: string;
  readonly suite: 'base' | 'plus';
  readonly reason: string;
}

export interface WrongExample {
  readonly taskId: string;
  readonly source: string;
}

/** What running the reference solutions showed. */
export interface Preflight {
  /** Tasks whose tests make a check; the others are in none of these numbers. */
  readonly tasks: number;
  /** Tasks whose reference passes all grading tests. */
  readonly passed: number;
  /** Tasks without a reference; nothing is known of them. */
  readonly withoutReference: number;
  readonly failures: readonly PreflightFailure[];
  /** Examples of prompts that the reference fails: they stay in the prompt and are no checks. */
  readonly wrongExamples: readonly WrongExample[];
  readonly tasksWithExamples: number;
  /** Ids of tasks whose tests make no check: nothing could pass or fail them. */
  readonly withoutChecks: readonly string[];
}

export interface PreflightOptions {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  readonly onTask?: (taskId: string) => void;
}

interface TaskPreflight {
  readonly hasChecks: boolean;
  readonly failure: PreflightFailure | null;
  readonly wrongExamples: readonly WrongExample[];
}

const NOTHING_FOUND: TaskPreflight = { hasChecks: true, failure: null, wrongExamples: [] };

/** Runs every reference solution against its grading tests and its prompt's examples. */
export async function preflight(benchmark: Benchmark, options: PreflightOptions): Promise<Preflight> {
  const results = await mapConcurrently(benchmark.tasks, options.parallel, async (task) => {
    const result = await preflightTask(task, options);
    options.onTask?.(task.prompt.id);
    return result;
  });
  const tasks = benchmark.tasks.filter((_, index) => results[index]?.hasChecks);
  const failures = results.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  const withoutReference = tasks.filter((task) => task.reference === null).length;
  return {
    tasks: tasks.length,
    passed: tasks.length - failures.length - withoutReference,
    withoutReference,
    failures,
    wrongExamples: results.flatMap((result) => result.wrongExamples),
    tasksWithExamples: tasks.filter((task) => task.prompt.examples.length > 0).length,
    withoutChecks: benchmark.tasks.filter((task) => !tasks.includes(task)).map(({ prompt }) => prompt.id),
  };
}

/** Ids of the tasks whose tests make no check, found without running a reference: only tests that look so are tried. */
export async function findWithoutChecks(benchmark: Benchmark, options: PreflightOptions): Promise<readonly string[]> {
  const suspects = benchmark.tasks.filter(({ grader }) =>
    grader.suites().some(({ program }) => mayLackChecks(program)),
  );
  const results = await mapConcurrently(suspects, options.parallel, (task) =>
    preflightTask({ ...task, reference: null }, options),
  );
  return suspects.filter((_, index) => !results[index]?.hasChecks).map(({ prompt }) => prompt.id);
}

function mayLackChecks(tests: TestProgram): boolean {
  return isTestFile(tests) || !/^[ \t]*assert\b/m.test(tests.checks);
}

/** The benchmark without the tasks of these ids. */
export function withoutTasks(benchmark: Benchmark, ids: readonly string[]): Benchmark {
  const leftOut = new Set(ids);
  return { ...benchmark, tasks: benchmark.tasks.filter(({ prompt }) => !leftOut.has(prompt.id)) };
}

/** The benchmark with wrong examples taken out of the checks (the prompts' texts keep them). */
export function withoutWrongExamples(benchmark: Benchmark, wrong: readonly WrongExample[]): Benchmark {
  const isRight = (taskId: string) => (example: Example) =>
    !wrong.some((item) => item.taskId === taskId && item.source === example.source);
  const tasks = benchmark.tasks.map((task) => {
    const { prompt } = task;
    return { ...task, prompt: { ...prompt, examples: prompt.examples.filter(isRight(prompt.id)) } };
  });
  return { ...benchmark, tasks };
}

async function preflightTask(task: Task, options: PreflightOptions): Promise<TaskPreflight> {
  const { reference } = task;
  try {
    if (reference !== null) return await runReference(task, reference, options);
    // Any program that loads shows whether the tests check something.
    await gradeCode(task, `def ${task.prompt.entryPoint}(*arguments, **keywords):\n    pass\n`, options);
    return NOTHING_FOUND;
  } catch (error) {
    if (error instanceof NoChecks) return { ...NOTHING_FOUND, hasChecks: false };
    if (!(error instanceof UnsupportedFault)) throw error;
    if (reference === null) return NOTHING_FOUND;
    return { ...NOTHING_FOUND, failure: { taskId: task.prompt.id, suite: 'base', reason: error.message } };
  }
}

async function runReference(task: Task, reference: string, options: PreflightOptions): Promise<TaskPreflight> {
  const grade = await gradeCode(task, reference, options);
  const wrongExamples = await findWrongExamples(task, reference, options);
  const verdict = grade.plus ?? grade.base;
  const suite = grade.plus === null ? ('base' as const) : ('plus' as const);
  const failure = grade.passed
    ? null
    : {
        taskId: task.prompt.id,
        suite,
        reason: `${errorType(verdict)}: ${failureLine(verdict, task.prompt.entryPoint)}`,
      };
  return { hasChecks: true, failure, wrongExamples };
}

async function findWrongExamples(task: Task, reference: string, options: PreflightOptions): Promise<WrongExample[]> {
  const { id, context, entryPoint, examples } = task.prompt;
  const { sandbox, timeoutSeconds, signal } = options;
  const holds = async (checks: string) => {
    const request = {
      code: reference,
      context,
      entryPoint,
      tests: { setup: '', checks },
      timeoutSeconds,
      report: 'first' as const,
      reference,
    };
    return (await sandbox.run(request, signal)).kind === 'passed';
  };
  if (examples.length === 0 || (await holds(examples.map(({ source }) => `${source}\n`).join('')))) return [];
  const results = await Promise.all(examples.map(({ source }) => holds(source)));
  return examples.filter((_, index) => !results[index]).map(({ source }) => ({ taskId: id, source }));
}
