import { mapConcurrently } from '../base/concurrency.ts';
import { NoChecks, Refusal, UnsupportedFault } from '../base/errors.ts';
import { errorType, failureLine } from '../pipeline/feedback.ts';
import { givenBy } from '../pipeline/given-by.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Benchmark, type Example, isJudged, type Task, type TestProgram } from '../tasks/task.ts';
import { hasSyntaxError } from '../tasks/test-program.ts';
import { gradeCode } from './grade.ts';

/** A task that is not judged, and why. */
export interface LeftOutTask {
  readonly taskId: string;
  readonly reason: string;
}

export interface WrongExample {
  readonly taskId: string;
  readonly source: string;
}

/** What running the reference solutions, or any program where there is none, showed of the tasks. */
export interface Preflight {
  /** Tasks that can be judged; the others are in none of these numbers. */
  readonly tasks: number;
  /** Tasks whose reference passes all grading tests. */
  readonly passed: number;
  /** Tasks without a reference; nothing is known of them but that their tests run. */
  readonly withoutReference: number;
  /** Tasks whose tests do not run, make no check, or fail their own reference. */
  readonly leftOut: readonly LeftOutTask[];
  /** How many of those fail their own reference. */
  readonly failed: number;
  /** Examples of prompts that the reference fails: they stay in the prompt and are no checks. */
  readonly wrongExamples: readonly WrongExample[];
  readonly tasksWithExamples: number;
}

export interface PreflightOptions {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  readonly onTask?: (taskId: string) => void;
}

interface TaskPreflight {
  /** Why it cannot be judged; null where it can. */
  readonly reason: string | null;
  readonly failsReference: boolean;
  readonly wrongExamples: readonly WrongExample[];
}

const NOTHING_FOUND: TaskPreflight = { reason: null, failsReference: false, wrongExamples: [] };

/** Runs every reference solution against its grading tests and its prompt's examples. */
export async function preflight(benchmark: Benchmark, options: PreflightOptions): Promise<Preflight> {
  const results = await mapConcurrently(benchmark.tasks, options.parallel, async (task) => {
    const result = await preflightTask(task, options);
    options.onTask?.(task.prompt.id);
    return result;
  });
  const tasks = benchmark.tasks.filter((_, index) => results[index]?.reason === null);
  const withoutReference = tasks.filter((task) => task.reference === null).length;
  return {
    tasks: tasks.length,
    passed: tasks.length - withoutReference,
    withoutReference,
    leftOut: leftOutOf(benchmark.tasks, results),
    failed: results.filter(({ failsReference }) => failsReference).length,
    wrongExamples: results.flatMap((result) => result.wrongExamples),
    tasksWithExamples: tasks.filter((task) => task.prompt.examples.length > 0).length,
  };
}

/** The tasks whose tests do not run or make no check, found without running a reference: only tests that look so are tried. */
export async function findUnjudgeable(benchmark: Benchmark, options: PreflightOptions): Promise<LeftOutTask[]> {
  const suspects = benchmark.tasks.filter(({ grader }) => grader.suites().some(({ program }) => mayNotRun(program)));
  const results = await mapConcurrently(suspects, options.parallel, (task) =>
    preflightTask({ ...task, reference: null }, options),
  );
  return leftOutOf(suspects, results);
}

function leftOutOf(tasks: readonly Task[], results: readonly TaskPreflight[]): LeftOutTask[] {
  return tasks.flatMap(({ prompt }, index) => {
    const reason = results[index]?.reason ?? null;
    return reason === null ? [] : [{ taskId: prompt.id, reason }];
  });
}

function mayNotRun(tests: TestProgram): boolean {
  return !isJudged(tests) || !/^[ \t]*assert\b/m.test(tests.checks) || hasSyntaxError(tests.checks);
}

function withoutTasks(benchmark: Benchmark, leftOut: readonly LeftOutTask[]): Benchmark {
  const ids = new Set(leftOut.map(({ taskId }) => taskId));
  return { ...benchmark, tasks: benchmark.tasks.filter(({ prompt }) => !ids.has(prompt.id)) };
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
    // Any program that loads shows whether the tests run.
    await gradeCode(task, `def ${task.prompt.entryPoint}(*arguments, **keywords):\n    pass\n`, options);
    return NOTHING_FOUND;
  } catch (error) {
    if (error instanceof NoChecks) return { ...NOTHING_FOUND, reason: 'its tests check nothing' };
    if (error instanceof Refusal) return { ...NOTHING_FOUND, reason: withoutName(error.message, task) };
    if (!(error instanceof UnsupportedFault)) throw error;
    if (reference === null) return NOTHING_FOUND;
    return { ...NOTHING_FOUND, reason: `its reference fails (${error.message})`, failsReference: true };
  }
}

/** A grade's Refusal begins with the task's name. */
function withoutName(message: string, { prompt }: Task): string {
  return message.replace(`${prompt.id}: `, '');
}

async function runReference(task: Task, reference: string, options: PreflightOptions): Promise<TaskPreflight> {
  const grade = await gradeCode(task, reference, options);
  if (grade.passed) return { ...NOTHING_FOUND, wrongExamples: await findWrongExamples(task, reference, options) };
  const verdict = grade.plus ?? grade.base;
  const suite = grade.plus === null ? 'base' : 'plus';
  const failure = `${suite} tests: ${errorType(verdict)}: ${failureLine(verdict, task.prompt.entryPoint)}`;
  return { ...NOTHING_FOUND, reason: `its reference fails (${failure})`, failsReference: true };
}

async function findWrongExamples(task: Task, reference: string, options: PreflightOptions): Promise<WrongExample[]> {
  const { id, examples } = task.prompt;
  const { sandbox, timeoutSeconds, signal } = options;
  const holds = async (checks: string) => {
    const request = {
      code: reference,
      ...givenBy(task.prompt),
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

export interface CheckOptions extends Omit<PreflightOptions, 'onTask'> {
  /** References are not run, and only tests that look as if they do not run are tried. */
  readonly skipPreflight?: boolean | undefined;
}

/** Who is told of a preflight. */
export interface PreflightWatch {
  /** Runs the work and shows how many of so many tasks are done. */
  readonly withProgress: <Value>(tasks: number, work: (onTask: () => void) => Promise<Value>) => Promise<Value>;
}

/** A benchmark whose tasks can all be judged, and what was found of it. */
export interface CheckedBenchmark {
  /** Without examples that their own reference fails. */
  readonly benchmark: Benchmark;
  /** Null where it was skipped. */
  readonly preflight: Preflight | null;
  readonly leftOut: readonly LeftOutTask[];
}

/** Leaves out the tasks that cannot be judged; refuses a benchmark of which none is left, or most references fail. */
export async function checkBenchmark(
  benchmark: Benchmark,
  options: CheckOptions,
  watch: PreflightWatch,
): Promise<CheckedBenchmark> {
  const { skipPreflight = false } = options;
  const result = skipPreflight
    ? null
    : await watch.withProgress(benchmark.tasks.length, (onTask) => preflight(benchmark, { ...options, onTask }));
  const leftOut = result?.leftOut ?? (await findUnjudgeable(benchmark, options));
  if (result !== null) refuseBroken(result);
  const judged = withoutTasks(benchmark, leftOut);
  if (judged.tasks.length === 0) throw new Refusal(`no chosen task can be judged: ${reasonsText(leftOut)}`);
  return {
    benchmark: result === null ? judged : withoutWrongExamples(judged, result.wrongExamples),
    preflight: result,
    leftOut,
  };
}

/** Where most tasks fail their reference, the fault is not that of single tasks. */
function refuseBroken({ tasks, passed, failed, leftOut }: Preflight): void {
  if (failed <= tasks) return;
  throw new Refusal(
    `${failed} of ${failed + passed} reference solutions fail here, so no verdict could be trusted: ${reasonsText(leftOut)}; ` +
      'choose other tasks, or judge without the preflight',
    { choice: 'preflight' },
  );
}

const MOST_NAMED = 5;

function reasonsText(leftOut: readonly LeftOutTask[]): string {
  const named = leftOut.slice(0, MOST_NAMED).map(({ taskId, reason }) => `${taskId} (${reason})`);
  const rest = leftOut.length > named.length ? ` and ${leftOut.length - named.length} more` : '';
  return `${named.join('; ')}${rest}`;
}
