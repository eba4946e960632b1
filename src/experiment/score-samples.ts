import { z } from 'zod';
import { mapConcurrently } from '../base/concurrency.ts';
import { Refusal, SandboxFault } from '../base/errors.ts';
import { extractCode } from '../pipeline/extract.ts';
import { failureLine } from '../pipeline/feedback.ts';
import type { RepairName } from '../pipeline/pipeline-spec.ts';
import { repairCode } from '../pipeline/repair.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { mean } from '../statistics/describe.ts';
import { passAtK } from '../statistics/pass-at-k.ts';
import type { Benchmark, Task } from '../tasks/task.ts';
import { gradeCode } from './grade.ts';
import type { Grade } from './trial.ts';

const sampleRow = z.looseObject({
  task_id: z.string(),
  solution: z.string().nullish(),
  completion: z.string().nullish(),
  raw: z.string().nullish(),
});

/** A program that came from elsewhere, and the task it is meant for. */
export interface Sample {
  readonly task: Task;
  readonly code: string;
}

export interface ScoredSample {
  readonly taskId: string;
  /** Null where the sandbox broke. */
  readonly grade: Grade | null;
  /** `passed`, or what failed in one line. */
  readonly result: string;
}

export interface ScoringOptions {
  readonly sandbox: Sandbox;
  readonly timeoutSeconds: number;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each sample as it is judged. */
  readonly onSample?: (scored: ScoredSample, index: number) => void;
}

/** Reads sample rows: `solution` is a whole program, `completion` is appended to the prompt, `raw` is a model's answer, in that preference. */
export function readSamples(
  rows: readonly unknown[],
  benchmark: Benchmark,
  repairs: readonly RepairName[],
  path: string,
): Sample[] {
  const tasks = new Map(benchmark.tasks.map((task) => [task.prompt.id, task]));
  return rows.map((row, index) => {
    const parsed = sampleRow.safeParse(row);
    const place = `${path}, row ${index + 1}`;
    if (!parsed.success)
      throw new Refusal(`${place}: expected a task_id with a solution, a completion or a raw answer`);
    const task = tasks.get(parsed.data.task_id);
    if (task === undefined)
      throw new Refusal(`${place}: ${benchmark.name} has no task ${JSON.stringify(parsed.data.task_id.slice(0, 60))}`);
    return { task, code: programOf(parsed.data, task, repairs, place) };
  });
}

/** Judges samples, `parallel` at the same time; results are in the order of the samples. */
export function scoreSamples(samples: readonly Sample[], options: ScoringOptions): Promise<ScoredSample[]> {
  return mapConcurrently(samples, options.parallel, async (sample, index) => {
    options.signal?.throwIfAborted();
    const scored = await scoreSample(sample, options);
    options.onSample?.(scored, index);
    return scored;
  });
}

/** Mean over tasks of pass@k for k = 1, 10, 100, as far as every task has that many judged samples. */
export function passAtKTable(scored: readonly ScoredSample[]): Record<string, number> {
  const byTask = Map.groupBy(
    scored.filter(({ grade }) => grade !== null),
    ({ taskId }) => taskId,
  );
  const estimates = (k: number) =>
    [...byTask.values()].map((draws) => passAtK(draws.length, draws.filter(({ grade }) => grade?.passed).length, k));
  const table = [1, 10, 100].map((k) => [String(k), meanOfKnown(estimates(k))] as const);
  return Object.fromEntries(table.filter((entry): entry is readonly [string, number] => entry[1] !== null));
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  return values.some((value) => value === null) ? null : mean(values as number[]);
}

function programOf(row: z.output<typeof sampleRow>, task: Task, repairs: readonly RepairName[], place: string): string {
  const { prompt } = task;
  const policy = new Set(repairs);
  if (row.solution != null) return repairCode(row.solution, prompt, policy).code;
  if (row.completion != null) {
    const program = prompt.form === 'signature' ? prompt.text + row.completion : row.completion;
    return repairCode(program, prompt, policy).code;
  }
  if (row.raw == null) throw new Refusal(`${place}: expected a solution, a completion or a raw answer`);
  return repairCode(extractCode(row.raw, prompt).code, prompt, policy).code;
}

async function scoreSample({ task, code }: Sample, options: ScoringOptions): Promise<ScoredSample> {
  const taskId = task.prompt.id;
  try {
    const grade = await gradeCode(task, code, options);
    const failed = grade.plus ?? grade.base;
    return {
      taskId,
      grade,
      result: grade.passed ? 'passed' : resultText(failed.kind, failureLine(failed, task.prompt.entryPoint)),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof SandboxFault)) throw error;
    return { taskId, grade: null, result: `fault: ${error.message}` };
  }
}

function resultText(kind: string, line: string): string {
  return kind === 'timed-out' ? 'timed out' : `failed: ${line}`;
}
